package dynamo

import (
	"math/bits"
	"time"
)

// seconds carries a list of times in whole seconds. The first one stands as it
// is, the others as the distance to the one before, in Rice code: 50 times
// within 30 days, in which wrong codes count, take about 120 bytes, where four
// bytes each would take 200 and the auth item would not fit one write unit.
func (p *packer) seconds(v *[]time.Time) {
	n := len(*v)
	count(p, &n)
	if n == 0 {
		return
	}
	if p.reading {
		// A distance takes at least one bit.
		if n > 8*len(p.b) {
			p.bad, p.b = true, nil
			return
		}
		*v = make([]time.Time, n)
	}
	p.second(&(*v)[0])
	if p.reading {
		p.readDistances(*v)
		return
	}
	p.writeDistances(*v)
}

// zigzag makes small numbers of either sign small.
func zigzag(d int64) uint64 { return uint64(d<<1) ^ uint64(d>>63) }

func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

func distances(v []time.Time) (all []uint64, sum uint64) {
	for i := 1; i < len(v); i++ {
		d := zigzag(v[i].Unix() - v[i-1].Unix())
		all = append(all, d)
		sum += d
	}
	return all, sum
}

// writeDistances writes the number of low bits that each distance keeps as
// they are, and then for each distance its high part as that many ones and a
// zero, and its low bits.
func (p *packer) writeDistances(v []time.Time) {
	all, sum := distances(v)
	if len(all) == 0 {
		return
	}
	low := bits.Len64(sum / uint64(len(all)))
	p.b = append(p.b, byte(low))
	out := bitWriter{}
	for _, d := range all {
		for range d >> low {
			out.put(1)
		}
		out.put(0)
		for i := low - 1; i >= 0; i-- {
			out.put(d >> i & 1)
		}
	}
	p.b = append(p.b, out.b...)
}

func (p *packer) readDistances(v []time.Time) {
	if len(v) == 1 {
		return
	}
	if len(p.b) == 0 || p.b[0] > 63 {
		p.bad, p.b = true, nil
		return
	}
	low := int(p.b[0])
	in := bitReader{b: p.b[1:]}
	for i := 1; i < len(v); i++ {
		var d uint64
		for in.next() == 1 {
			d++
		}
		for range low {
			d = d<<1 | in.next()
		}
		v[i] = time.Unix(v[i-1].Unix()+unzigzag(d), 0).UTC()
	}
	p.bad = p.bad || in.over
	p.b = p.b[min(len(p.b), 1+(in.at+7)/8):]
}

// bitWriter writes bits, the highest of each byte first.
type bitWriter struct {
	b    []byte
	used int
}

func (w *bitWriter) put(bit uint64) {
	if w.used%8 == 0 {
		w.b = append(w.b, 0)
	}
	w.b[len(w.b)-1] |= byte(bit) << (7 - w.used%8)
	w.used++
}

// bitReader reads what bitWriter wrote; behind the end it gives zeros and
// notes it.
type bitReader struct {
	b    []byte
	at   int
	over bool
}

func (r *bitReader) next() uint64 {
	if r.at >= 8*len(r.b) {
		r.over = true
		return 0
	}
	bit := r.b[r.at/8] >> (7 - r.at%8) & 1
	r.at++
	return uint64(bit)
}
