//! Floor 3: the public side: the form, the one transaction that stores an inquiry, the receipt.
