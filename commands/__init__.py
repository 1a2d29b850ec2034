"""The commands of ``zhengji``, a file a job; each file is loaded only when one of its commands is called."""
