//! THE table: every path, method and access level; read by the server and by the access test.
