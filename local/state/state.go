// Package state is the folder in which the development stack keeps what must
// survive a restart: the embedded store, the root key, the inbox, the clock,
// the API key, and the file env that tells other programs where the stack is
// (contract §8).
package state

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrInUse says that another stack runs on the same folder.
var ErrInUse = errors.New("another stack is running on this folder")

// Dir is an open state folder. Only one process can have it open.
type Dir struct {
	path string
	lock *os.File
}

// Open makes the folder where it is missing and locks it. The lock goes away
// with the process, however it ends.
func Open(path string) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(path, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("%w: %s", ErrInUse, path)
	}
	return &Dir{path, lock}, nil
}

// Path returns the path of a file in the folder.
func (d *Dir) Path(elements ...string) string {
	return filepath.Join(append([]string{d.path}, elements...)...)
}

// Sub makes a folder inside and returns its path.
func (d *Dir) Sub(name string) (string, error) {
	path := d.Path(name)
	return path, os.MkdirAll(path, 0o700)
}

// Read returns a small file's text without the white space around it; "" when
// it is not there.
func (d *Dir) Read(name string) (string, error) {
	text, err := os.ReadFile(d.Path(name))
	if errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(text)), err
}

// Write replaces a small file in one step. Only the owner may read it: these
// files hold keys.
func (d *Dir) Write(name, text string) error {
	temporary := d.Path(name + ".new")
	if err := os.WriteFile(temporary, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, d.Path(name))
}

// WriteEnv writes the file env, one NAME=value a line, so that a shell can
// read it with ". local/.state/env". Pairs come as name, value, name, value.
func (d *Dir) WriteEnv(pairs ...string) error {
	var text strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&text, "%s=%s\n", pairs[i], pairs[i+1])
	}
	return d.Write("env", text.String())
}

// Close gives the folder free.
func (d *Dir) Close() error { return d.lock.Close() }
