package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Output is a file that is whole or absent: Save writes all of it before anything is seen under
// its name. Create makes an Output; Save or Discard ends it. An Output is not safe for concurrent
// use.
type Output struct {
	path string      // the final name; "" for a device or a pipe
	file *os.File    // a temporary file beside path; the device or the pipe itself
	mode fs.FileMode // of the final file
	done bool        // Save has succeeded, or Discard was called
}

// Create prepares the file path before the program does its work, so that a missing folder, a
// folder that is not writable, and a full disk are known at once. Nothing is seen under path before
// Save. The caller ends the Output with Save or Discard.
//
// Create writes about reserve zeros to a temporary file beside path, to test the disk. reserve is
// the approximate number of bytes that Save will write; a negative reserve counts as 0.
//
//   - A new file is readable by its owner only.
//   - A file that is replaced keeps its mode.
//   - A symbolic link stays, and Save replaces its target.
//   - A device or a pipe is only opened: Create writes nothing and ignores reserve.
//
// Every error holds a *fs.PathError, also if path is a folder or "". After an error do not use the
// Output.
func Create(path string, reserve int64) (*Output, error) {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole // a link stays one
	}
	o := &Output{path: path, mode: 0o600}
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return nil, &fs.PathError{Op: "create", Path: path, Err: errors.New("it is a folder")}
	case err == nil && !info.Mode().IsRegular():
		o.path = ""
		o.file, err = os.OpenFile(path, os.O_WRONLY, 0)
		return o, err
	case err == nil:
		o.mode = info.Mode().Perm()
	}
	var err error
	if o.file, err = os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp*"); err != nil {
		return nil, &fs.PathError{Op: "create", Path: path, Err: underlying(err)}
	}
	_, err = io.CopyN(o.file, zeros{}, reserve+1)
	if err = errors.Join(err, o.file.Sync()); err == nil {
		_, err = o.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		o.Discard()
		return nil, err
	}
	return o, nil
}

// underlying returns the Err of the first *fs.PathError in the chain of err: the error without
// the path. It returns any other err unchanged, also nil.
func underlying(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// zeros is a reader that returns zero bytes without end and never fails.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Save calls write once, with a buffered writer, and then moves the file to its final name, where
// it replaces an earlier file. A device or a pipe is written directly.
//
// Save returns the error of write, or of the file system. The error decides what is left:
//
//   - Usually Save has removed the temporary file. The final name has the earlier file or nothing.
//   - A device or a pipe may have got a part.
//   - If only SyncDir failed, the new file is in place.
//
// After Save, with or without an error, the Output is finished: Discard is not needed, and a second
// Save returns an error.
func (o *Output) Save(write func(io.Writer) error) (err error) {
	defer o.Discard()
	buffer := bufio.NewWriter(o.file)
	if err := errors.Join(write(buffer), buffer.Flush()); err != nil {
		return err
	}
	if o.path == "" {
		o.done = true
		return o.file.Close()
	}
	end, err := o.file.Seek(0, io.SeekCurrent)
	if err == nil {
		err = errors.Join(o.file.Truncate(end), o.file.Chmod(o.mode), o.file.Sync(), o.file.Close())
	}
	if err != nil {
		return err
	}
	if err := os.Rename(o.file.Name(), o.path); err != nil {
		return err
	}
	o.done = true
	return SyncDir(filepath.Dir(o.path))
}

// Private makes Save create the file readable by its owner only. Without Private, a file that
// Save replaces keeps its mode. Call Private before Save. For a device or a pipe it does nothing.
// o must not be nil.
func (o *Output) Private() { o.mode = 0o600 }

// Discard closes and removes the temporary file, and leaves an earlier file under the final name as
// it is. It ignores errors. It does nothing after Save, because a Save that fails has done the same;
// nothing after another Discard, and nothing on a nil Output.
func (o *Output) Discard() {
	if o == nil || o.done {
		return
	}
	o.done = true
	_ = o.file.Close()
	if o.path != "" {
		_ = os.Remove(o.file.Name())
	}
}

// CreateFlag is Create for path, the value of a flag; reserve means the same as for Create. flag is
// how the error names the flag, for example "-out". If path is "", no output is asked for:
// CreateFlag returns nil and nil. Call no method of a nil Output except Discard.
//
// Every error matches ErrUsage, names the flag and holds a *fs.PathError. The Output is then nil.
func CreateFlag(flag, path string, reserve int64) (*Output, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no output is asked for
	}
	o, err := Create(path, reserve)
	if err != nil {
		return nil, fmt.Errorf("%w: %s cannot be written: %w", ErrUsage, flag, err)
	}
	return o, nil
}

// SyncDir writes the folder path to the disk, so that a new name in it outlasts a power failure.
// It returns the errors of the file system, joined. On Windows it does nothing and returns nil.
func SyncDir(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
