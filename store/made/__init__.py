"""What is made out of the store to be looked at: 汇总表, daily workbook, board, exports, archive."""
