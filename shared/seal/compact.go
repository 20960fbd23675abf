package seal

import (
	"encoding/base64"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4/json"
)

// maxToken is the longest token or assertion that is looked at, in bytes. The
// gateway takes 10 KB of headers in all.
const maxToken = 8 << 10

// header reads the header of a token in compact form (RFC 7515 §7.1, RFC 7516
// §7.1) before anything else looks at it. It reports false unless the token
// is short, has exactly that many parts, each in the one way base64url writes
// it, and a header of strings only, each named once: go-jose alone would take
// line breaks and spare bits, and with them several spellings of one token.
func header(token string, parts int) (map[string]string, bool) {
	if len(token) > maxToken || strings.Count(token, ".") != parts-1 || strings.ContainsAny(token, "\r\n") {
		return nil, false
	}
	var first []byte
	for i, part := range strings.Split(token, ".") {
		decoded, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if err != nil {
			return nil, false
		}
		if i == 0 {
			first = decoded
		}
	}
	var fields map[string]string
	return fields, unmarshal(first, &fields) == nil
}

// only reports whether the header holds exactly these fields: no jku, jwk,
// x5u, x5c, crit, zip or anything else that would steer a library.
func only(got, want map[string]string) bool { return maps.Equal(got, want) }

// unmarshal reads JSON with go-jose's decoder: case-sensitive, each member at
// most once, nothing behind the value; and nothing that is not UTF-8.
func unmarshal(data []byte, into any) error {
	if !utf8.Valid(data) {
		return errSealed
	}
	return json.Unmarshal(data, into)
}
