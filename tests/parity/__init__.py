"""The same documents and stories on the local engine and on emulators of Step Functions."""
