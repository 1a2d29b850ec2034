"""Where mails lie: an IMAP account or a Maildir, behind the same words."""
