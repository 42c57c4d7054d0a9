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

// Output is a file that is whole or absent: nothing is seen under its name before
// Save has written all of it.
type Output struct {
	path string // what it becomes; "" is written as it is
	file *os.File
	mode fs.FileMode
	done bool
}

// Create opens an output before the work, and tries it: a missing folder, a full
// disk and a folder that is not writable show now. reserve is how many bytes to
// keep on the disk for Save, and may be a guess. A path that is a device or a pipe
// is opened and nothing is tried. A new file is readable by its owner only; one that
// is replaced keeps its mode. Errors hold a *fs.PathError.
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

// underlying returns what a system call said, without the path.
func underlying(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Save writes the file and names it. After an error the file is absent, or
// the one that was there before.
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

// Private makes the file readable by its owner only, also if there was another file before.
func (o *Output) Private() { o.mode = 0o600 }

// Discard leaves no part of the file behind. After Save it does nothing, and nor
// does it on nil.
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

// CreateFlag is Create for the value of a flag, whose errors are ErrUsage. Nil
// stands for the path "".
func CreateFlag(name, path string, reserve int64) (*Output, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // no output is asked for
	}
	o, err := Create(path, reserve)
	if err != nil {
		return nil, fmt.Errorf("%w: %s cannot be written: %w", ErrUsage, name, err)
	}
	return o, nil
}

// SyncDir makes a new name in a folder last. Windows cannot, and does so by itself.
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
