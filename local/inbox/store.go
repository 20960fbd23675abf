package inbox

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
)

// Email is one mail as GET /store shows it (contract §8).
type Email struct {
	MessageID   string      `json:"messageId"`
	From        string      `json:"from"`
	ReplyTo     []string    `json:"replyTo"`
	Destination Destination `json:"destination"`
	Subject     string      `json:"subject"`
	Body        Body        `json:"body"`
	Headers     []Header    `json:"headers"`
	// At is when it came, in seconds since 1970, by the machine's clock.
	At int64 `json:"at"`
}

// Destination lists the recipients of a mail.
type Destination struct {
	To  []string `json:"to"`
	CC  []string `json:"cc"`
	BCC []string `json:"bcc"`
}

// Body is the content of a mail.
type Body struct {
	Text string `json:"text,omitempty"`
	HTML string `json:"html,omitempty"`
}

// Header is a header of a mail beside the usual ones.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Kind is the value of the header X-Sallyport-Mail (contract §7); "" without
// one.
func (e Email) Kind() string {
	for _, h := range e.Headers {
		if h.Name == "X-Sallyport-Mail" {
			return h.Value
		}
	}
	return ""
}

// Inbox keeps mails in a file, one JSON line each.
type Inbox struct {
	mu     sync.Mutex
	file   *os.File
	emails []Email
}

// Open reads the inbox in path, or begins one. A last line that a crash cut
// short is dropped; any other damage is an error that names the file.
func Open(path string) (*Inbox, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	in := &Inbox{file: file}
	end, err := in.read()
	if err == nil {
		err = file.Truncate(end)
	}
	if err == nil {
		_, err = file.Seek(end, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the inbox file %s is broken (make clean forgets it): %w", path, err), file.Close())
	}
	return in, nil
}

// read loads every whole line and returns where the last one ends.
func (in *Inbox) read() (end int64, err error) {
	lines := bufio.NewReader(in.file)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return end, nil
		}
		if err != nil {
			return 0, err
		}
		var e Email
		if err := json.Unmarshal(bytes.TrimSpace(line), &e); err != nil {
			return 0, err
		}
		in.emails = append(in.emails, e)
		end += int64(len(line))
	}
}

// add keeps a mail; when it returns nil the mail survives a crash of this
// process.
func (in *Inbox) add(e Email) error {
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if _, err := in.file.Write(append(line, '\n')); err != nil {
		return err
	}
	in.emails = append(in.emails, e)
	return nil
}

// Emails returns the mails, oldest first.
func (in *Inbox) Emails() []Email {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.emails)
}

// clear forgets all mails.
func (in *Inbox) clear() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	if err := in.file.Truncate(0); err != nil {
		return err
	}
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in.emails = nil
	return nil
}

// Close closes the file.
func (in *Inbox) Close() error { return in.file.Close() }
