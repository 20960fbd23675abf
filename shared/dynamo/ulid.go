package dynamo

import "strings"

// ulidAlphabet is Crockford's base 32, in which ids of 128 bits are written as
// 26 characters.
const ulidAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const ulidSize = 26

// packULID gives the 128 bits of an id; ok is false for any other string.
func packULID(s string) (id [16]byte, ok bool) {
	if len(s) != ulidSize || s[0] > '7' {
		return id, false
	}
	var high, low uint64
	for i := range ulidSize {
		digit := strings.IndexByte(ulidAlphabet, s[i])
		if digit < 0 {
			return id, false
		}
		high = high<<5 | low>>59
		low = low<<5 | uint64(digit)
	}
	for i := range 8 {
		id[i] = byte(high >> (56 - 8*i))
		id[8+i] = byte(low >> (56 - 8*i))
	}
	return id, true
}

// unpackULID is the reverse of packULID.
func unpackULID(id [16]byte) string {
	var high, low uint64
	for i := range 8 {
		high = high<<8 | uint64(id[i])
		low = low<<8 | uint64(id[8+i])
	}
	var s [ulidSize]byte
	for i := ulidSize - 1; i >= 0; i-- {
		s[i] = ulidAlphabet[low&31]
		low = low>>5 | high<<59
		high >>= 5
	}
	return string(s[:])
}
