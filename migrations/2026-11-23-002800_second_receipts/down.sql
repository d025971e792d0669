DROP TABLE second_receipts;
