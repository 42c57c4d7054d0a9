package main

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"syscall"
)

var (
	// errDiffers is that the sides are not the same.
	errDiffers = errors.New("differs")
	// errWaits is that nothing differs, and that some rows could not be compared
	// yet.
	errWaits = errors.New("waits")
	// errDatabase is a database that cannot be read.
	errDatabase = errors.New("database")
	// errSort is the file in which rows are sorted.
	errSort = errors.New("sort")
	// errFile is a file that is no CSV.
	errFile = errors.New("not a CSV that can be read")
	// errColumns is a file without the columns that the flags name.
	errColumns = errors.New("columns")
	// errDemo is that the program has not found what was planted.
	errDemo = errors.New("what was found is not what was planted")
)

func advise(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "Interrupted: nothing was compared to the end, and no file is written."
	case errors.Is(err, errColumns):
		return "Name them with -id-column, -amount-column, -currency-column or -currency, -status-column, -type-column and -date-column."
	case errors.Is(err, errFile):
		return "It must be a whole CSV with a line of column names. -encoding, -separator, -header-line and -skip-last say how it is written."
	case errors.Is(err, errSort):
		return "Rows are sorted in a file of the folder for temporary files: SQLITE_TMPDIR or TMPDIR names one with room for it."
	case errors.Is(err, errDatabase) && missingTable(err):
		return "The tables are those of vimasync and ecommpaysync: is this the database, and the search_path, of the sync?"
	case errors.Is(err, errDatabase):
		return "Check -db: a file of SQLite, or a URL as postgres://user@host/name with the password in PGPASSWORD or .pgpass."
	case errors.Is(err, syscall.ENOSPC):
		return "The disk is full: make room, or name a file on another one."
	case errors.Is(err, fs.ErrPermission):
		return "The file or its folder does not allow it: check the rights of -csv, -out and -keep."
	case errors.Is(err, fs.ErrNotExist):
		return "Check the names in -db, -csv, -out and -keep."
	}
	return ""
}

// missingTable knows the texts of both databases.
func missingTable(err error) bool {
	text := err.Error()
	return strings.Contains(text, "no such table") || strings.Contains(text, "no such column") || strings.Contains(text, "does not exist")
}

// exitCode is the exit code of an error.
func exitCode(err error) int {
	switch {
	case errors.Is(err, errDiffers):
		return 1
	case errors.Is(err, errWaits):
		return 4
	}
	return 3
}
