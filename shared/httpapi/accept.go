package httpapi

import (
	"mime"
	"strconv"
	"strings"
)

// The forms of reports beside JSON.
const (
	mediaCSV    = "text/csv"
	mediaNDJSON = "application/x-ndjson"
)

// preferred picks one of offers for an Accept header (RFC 9110, §12.5.1): the
// one with the highest quality, of equals the one that is named most exactly,
// then the earlier one. What asks for none of them gets the first.
func preferred(accept string, offers ...string) string {
	best, rank := offers[0], 0.0
	for _, offer := range offers {
		if r := rankOf(accept, offer); r > rank {
			best, rank = offer, r
		}
	}
	return best
}

// rankOf is the quality that a header gives to a media type, with a little
// more for a range that names it exactly; 0 when it is not acceptable.
func rankOf(accept, media string) float64 {
	kind, _, _ := strings.Cut(media, "/")
	exactness, rank := -1, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		exact := map[string]int{media: 2, kind + "/*": 1, "*/*": 0}
		level, fits := exact[name]
		if !fits || level <= exactness {
			continue
		}
		exactness, rank = level, quality(parameters)
	}
	if rank == 0 {
		return 0
	}
	return rank + float64(exactness)/10_000
}

// quality reads the weight of a range: 1 unless it says less, 0 when it makes
// no sense.
func quality(parameters map[string]string) float64 {
	text, given := parameters["q"]
	if !given {
		return 1
	}
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || q < 0 || q > 1 {
		return 0
	}
	return q
}
