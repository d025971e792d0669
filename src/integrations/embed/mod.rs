//! The form on the center's own website, in a frame.
//!
//! A frame keeps what people type away from the scripts of the page around it, which a form inside that page could not. Only the
//! pages under `/embed` may be framed, and only by the origins of `embed.allowed_origins`; with none, they are not there.

pub mod embed_page;
