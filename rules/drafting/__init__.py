"""Reading a 征集通知: from its text to what a call's pack would say, each value with its sentence. Pure."""
