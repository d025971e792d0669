//! Floor 3: what leads are routed to: programs of a modality at a location, with a capacity.
