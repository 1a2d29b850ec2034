"""A document read as a call's form: headings, fields, answers and their 字数, money and months."""
