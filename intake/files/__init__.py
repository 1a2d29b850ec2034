"""What a file is and what lies in it: sniffed, unpacked and looked over under limits."""
