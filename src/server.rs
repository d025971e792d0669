//! The web server: middleware order, one pool per worker thread, graceful stop.
