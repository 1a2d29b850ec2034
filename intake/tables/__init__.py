"""Tables as plain rows, and the two workbooks that are read: a unit's 汇总表, the officers' own."""
