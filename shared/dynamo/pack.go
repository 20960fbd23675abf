package dynamo

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"time"
)

// packer carries values into a compact binary form or out of it, in the order
// of its calls. Like fields, one list of calls serves both directions.
type packer struct {
	b       []byte
	reading bool
	bad     bool
}

// count carries a number that is not negative.
func count[T ~int | ~uint16 | ~uint64](p *packer, v *T) {
	if !p.reading {
		p.b = binary.AppendUvarint(p.b, uint64(*v))
		return
	}
	u, n := binary.Uvarint(p.b)
	if n <= 0 {
		p.bad, p.b = true, nil
		return
	}
	*v, p.b = T(u), p.b[n:]
}

// signed carries any number.
func (p *packer) signed(v *int64) {
	if !p.reading {
		p.b = binary.AppendVarint(p.b, *v)
		return
	}
	i, n := binary.Varint(p.b)
	if n <= 0 {
		p.bad, p.b = true, nil
		return
	}
	*v, p.b = i, p.b[n:]
}

// flags carries up to eight bools in one byte.
func (p *packer) flags(v ...*bool) {
	var bits uint64
	for i, b := range v {
		if *b {
			bits |= 1 << i
		}
	}
	count(p, &bits)
	if !p.reading {
		return
	}
	for i, b := range v {
		*b = bits&(1<<i) != 0
	}
}

// second carries a time in whole seconds since 1970; 0 is no time.
func (p *packer) second(v *time.Time) {
	var at int64
	if !v.IsZero() {
		at = v.Unix()
	}
	p.signed(&at)
	if p.reading && at != 0 {
		*v = time.Unix(at, 0).UTC()
	}
}

// fixed carries exactly len(v) bytes.
func (p *packer) fixed(v []byte) {
	if !p.reading {
		p.b = append(p.b, v...)
		return
	}
	if len(p.b) < len(v) {
		p.bad, p.b = true, nil
		return
	}
	p.b = p.b[copy(v, p.b):]
}

// The forms of a packed word. The two low bits of its first number tell which.
const (
	formRaw   = 0 // its length, then its bytes
	formKnown = 1 // its place among the known words
	formULID  = 2 // 16 bytes
	formIP    = 3 // the length of an address, then its bytes
)

// word carries a short string in the shortest form that gives back exactly the
// same string.
func word[T ~string](p *packer, v *T) {
	if !p.reading {
		p.b = appendWord(p.b, string(*v))
		return
	}
	var head uint64
	count(p, &head)
	*v = T(p.readWord(head))
}

func appendWord(b []byte, s string) []byte {
	if i := slices.Index(words, s); i >= 0 {
		return binary.AppendUvarint(b, uint64(i)<<2|formKnown)
	}
	if id, ok := packULID(s); ok {
		return append(binary.AppendUvarint(b, formULID), id[:]...)
	}
	if ip, err := netip.ParseAddr(s); err == nil && ip.String() == s && ip.Zone() == "" {
		raw := ip.AsSlice()
		return append(binary.AppendUvarint(b, uint64(len(raw))<<2|formIP), raw...)
	}
	return append(binary.AppendUvarint(b, uint64(len(s))<<2|formRaw), s...)
}

func (p *packer) readWord(head uint64) string {
	size := head >> 2
	switch head & 3 {
	case formKnown:
		if size < uint64(len(words)) {
			return words[size]
		}
		p.bad = true
		return ""
	case formULID:
		size = 16
	}
	if size > uint64(len(p.b)) {
		p.bad, p.b = true, nil
		return ""
	}
	raw := p.b[:size]
	p.b = p.b[size:]
	switch head & 3 {
	case formULID:
		return unpackULID([16]byte(raw))
	case formIP:
		ip, ok := netip.AddrFromSlice(raw)
		p.bad = p.bad || !ok
		return ip.String()
	}
	return string(raw)
}
