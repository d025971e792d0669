//! Floor 3: figures and exports.
