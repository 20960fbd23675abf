package twofactor

import (
	"encoding/binary"
	"io"
	"time"
)

// MaxID is the longest id of a tenant or a user, in bytes (contract §3).
const MaxID = 128

// Ref names one user of one tenant. Ids are the platform's own; they are
// compared byte by byte and never interpreted.
type Ref struct {
	Tenant string
	User   string
}

// ValidID reports whether id has the form of contract §3: 1 to 128 ASCII
// letters, digits and ". _ - @ : +", the first a letter or a digit.
func ValidID(id string) bool {
	if id == "" || len(id) > MaxID || !alphanumeric(id[0]) {
		return false
	}
	for i := 1; i < len(id); i++ {
		if !alphanumeric(id[i]) && !idPunctuation(id[i]) {
			return false
		}
	}
	return true
}

func alphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

func idPunctuation(c byte) bool {
	switch c {
	case '.', '_', '-', '@', ':', '+':
		return true
	}
	return false
}

// crockford is the alphabet of Crockford's base 32: no I, L, O or U, so that
// what people copy by hand can be forgiven (O for 0, I and L for 1).
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewID makes a ULID: 48 bits of milliseconds and 80 random bits as 26
// characters that sort by time.
func NewID(now time.Time, random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[6:]); err != nil {
		return "", err
	}
	putMilliseconds(&b, now)
	return encodeCrockford(b[:]), nil
}

// putMilliseconds writes the time that an id begins with.
func putMilliseconds(b *[16]byte, at time.Time) {
	ms := uint64(at.UnixMilli())
	binary.BigEndian.PutUint16(b[0:2], uint16(ms>>32))
	binary.BigEndian.PutUint32(b[2:6], uint32(ms))
}

// encodeCrockford writes b as base 32, the first character taking the bits
// that are left over (so that 16 bytes give 26 characters, as a ULID has).
func encodeCrockford(b []byte) string {
	n := (len(b)*8 + 4) / 5
	out := make([]byte, n)
	var acc uint32
	bits := 0
	next := n - 1
	for i := len(b) - 1; i >= 0; i-- {
		acc |= uint32(b[i]) << bits
		bits += 8
		for bits >= 5 {
			out[next] = crockford[acc&31]
			next--
			acc >>= 5
			bits -= 5
		}
	}
	if next == 0 {
		out[0] = crockford[acc&31]
	}
	return string(out)
}
