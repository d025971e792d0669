DROP TABLE sign_in_throttles, one_time_links, sessions, staff;
