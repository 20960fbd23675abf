package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"sallyport/shared/twofactor"
)

// Open returns the store that the journal file at path holds, or an empty one
// when there is no file yet. The file is rewritten first, so that it holds the
// state, the feed's position and the changes that were not acknowledged, and
// nothing older. One process may have a file open at a time.
//
// A file that is not a journal, or was damaged, gives an error that names it;
// the file is left as it is.
func Open(path string) (*Store, error) {
	s := New()
	if err := s.replay(path); err != nil {
		return nil, fmt.Errorf("the data file %s cannot be used: %w", path, err)
	}
	if err := s.rewrite(path); err != nil {
		return nil, fmt.Errorf("the data file %s cannot be written: %w", path, err)
	}
	return s, nil
}

// Close gives the journal file back. The store answers ErrStore afterwards.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil || errors.Is(s.file.broken, fs.ErrClosed) {
		return nil
	}
	s.file.broken = fs.ErrClosed
	return s.file.file.Close()
}

// replay brings the state to what the file says.
func (s *Store) replay(path string) error {
	file, err := os.Open(filepath.Clean(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	return readLines(file, func(l line) error {
		s.replayLine(l)
		return nil
	})
}

func (s *Store) replayLine(l line) {
	for _, record := range l.Base {
		s.records[record.Key()] = record
	}
	switch {
	case l.Entry != nil:
		s.record(*l.Entry)
	case l.Pending != nil:
		s.feed.entries = append(s.feed.entries, *l.Pending)
	}
	s.feed.last = max(s.feed.last, l.Last)
	if l.Ack > 0 {
		s.feed.trim(l.Ack)
	}
}

// rewrite writes the state into a new file and puts it in the old one's
// place. A kill on the way leaves the old file.
func (s *Store) rewrite(path string) error {
	fresh := path + ".new"
	file, err := os.OpenFile(filepath.Clean(fresh), os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	err = s.dump(file)
	if err == nil {
		err = file.Sync()
	}
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		return errors.Join(err, file.Close())
	}
	s.file = &journal{file: file}
	return syncFolder(filepath.Dir(path))
}

// dump writes the whole state as lines.
func (s *Store) dump(file *os.File) error {
	text := []byte(journalMagic)
	lines := []line{{Ack: s.feed.acked, Last: s.feed.last}}
	for _, record := range s.records {
		lines = append(lines, line{Base: []twofactor.Record{record}})
	}
	for i := range s.feed.entries {
		lines = append(lines, line{Pending: &s.feed.entries[i]})
	}
	for _, l := range lines {
		more, err := l.encode()
		if err != nil {
			return err
		}
		text = append(text, more...)
	}
	_, err := file.Write(text)
	return err
}

// syncFolder makes the renamed file's name last.
func syncFolder(path string) error {
	folder, err := os.Open(filepath.Clean(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
