print("nnprep 0.1.0")
