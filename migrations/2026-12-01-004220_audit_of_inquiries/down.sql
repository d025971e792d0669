DROP TRIGGER inquiries_audit ON inquiries;
DROP FUNCTION inquiries_audit();
