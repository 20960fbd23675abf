package memory

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"sallyport/shared/twofactor"
)

// journalMagic is the first line of a journal file.
const journalMagic = "sallyport journal 1\n"

// castagnoli guards every line of a journal against damage.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// line is one line of the journal: one member is set, and in the first line of
// a file that was rewritten Ack and Last. It is kept in gob, because the types
// of secrets hide themselves from JSON.
type line struct {
	// Entry is one commit.
	Entry *entry
	// Ack is how far the feed was handled.
	Ack uint64
	// Base is a record from before the journal was rewritten: it is state, but
	// no change.
	Base []twofactor.Record
	// Pending is a change from before the rewrite that was not handled yet.
	Pending *Entry
	// Last is the feed's newest position at the rewrite.
	Last uint64
}

// The records that a journal holds. A kind that is missing here fails the
// store suite.
func init() {
	for _, record := range []twofactor.Record{
		&twofactor.Tenant{}, &twofactor.Roster{}, &twofactor.Auth{}, &twofactor.Directory{},
		&twofactor.Enrollment{}, &twofactor.Devices{}, &twofactor.Tombstone{}, &twofactor.APIKey{},
		&twofactor.OnceRecord{}, &twofactor.Redemption{}, &twofactor.Announcement{}, &twofactor.EventRow{},
		&twofactor.Mail{}, &twofactor.SigningKeys{}, &twofactor.RootKeys{},
		&twofactor.ResetRequest{}, &twofactor.Address{}, &twofactor.Count{}, &twofactor.Reminder{},
		&twofactor.Due{}, &twofactor.DeletionJob{}, &twofactor.Counted{}, &twofactor.MailHealth{},
	} {
		gob.Register(record)
	}
}

// journal appends lines to a file. After a write that failed it refuses all
// others, so that nothing ever stands behind a broken line.
type journal struct {
	file   *os.File
	broken error
}

func (j *journal) append(e entry) error { return j.write(line{Entry: &e}) }

func (j *journal) appendAck(seq uint64) error { return j.write(line{Ack: seq}) }

// write appends one line and waits until it is on the disk.
func (j *journal) write(l line) error {
	if j.broken != nil {
		return fmt.Errorf("%w: %w", twofactor.ErrStore, j.broken)
	}
	text, err := l.encode()
	if err != nil {
		return fmt.Errorf("%w: %w", twofactor.ErrStore, err)
	}
	if _, err = j.file.Write(text); err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		j.broken = fmt.Errorf("the journal cannot be written any more: %w", err)
		return fmt.Errorf("%w: %w", twofactor.ErrUnknownOutcome, err)
	}
	return nil
}

// encode gives "<crc32c as 8 hex digits> <base64 of gob>\n".
func (l line) encode() ([]byte, error) {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(l.withoutRest()); err != nil {
		return nil, err
	}
	text := base64.StdEncoding.EncodeToString(body.Bytes())
	return fmt.Appendf(nil, "%08x %s\n", crc32.Checksum([]byte(text), castagnoli), text), nil
}

var errDamaged = errors.New("a line is damaged")

func decodeLine(text []byte) (line, error) {
	var l line
	sum, body, ok := bytes.Cut(bytes.TrimSuffix(text, []byte("\n")), []byte(" "))
	if !ok || string(sum) != fmt.Sprintf("%08x", crc32.Checksum(body, castagnoli)) {
		return l, errDamaged
	}
	raw, err := base64.StdEncoding.DecodeString(string(body))
	if err != nil {
		return l, errDamaged
	}
	return l, gob.NewDecoder(bytes.NewReader(raw)).Decode(&l)
}

// readLines calls each for every whole line. A last line without its end is
// what a kill in the middle of a write leaves: that write was never answered,
// so the line is dropped.
func readLines(file io.Reader, each func(line) error) error {
	in := bufio.NewReaderSize(file, 1<<16)
	for number := 1; ; number++ {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if number == 1 {
			if string(text) != journalMagic {
				return errors.New("it is not a journal of this version")
			}
			continue
		}
		l, err := decodeLine(text)
		if err == nil {
			err = each(l)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
}
