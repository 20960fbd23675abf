package story

import (
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
	"time"

	"sallyport/shared/totp"
)

// Values are what fills placeholders, by name.
type Values map[string]string

var placeholder = regexp.MustCompile(`\{\{([a-z0-9_]+)(\+1)?\}\}`)

// fill replaces every placeholder of text. It fails when a value is missing.
func (v Values) fill(text string) (string, error) {
	var missing []string
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		part := placeholder.FindStringSubmatch(found)
		value, err := v.value(part[1], part[2] != "")
		if err != nil {
			missing = append(missing, err.Error())
		}
		return value
	})
	if len(missing) > 0 {
		return "", fmt.Errorf("cannot fill the placeholders: %s", strings.Join(missing, ", "))
	}
	return filled, nil
}

func (v Values) value(name string, next bool) (string, error) {
	now := time.Now().UTC()
	switch name {
	case "now":
		return now.Format(time.RFC3339), nil
	case "totp":
		secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(v["secret"])
		if err != nil || len(secret) == 0 {
			return "", fmt.Errorf("there is no set-up key for a code")
		}
		step := totp.Step(now)
		if next {
			step++
		}
		return totp.Code(secret, step), nil
	}
	value, ok := v[name]
	if !ok {
		return "", fmt.Errorf("no value called %s", name)
	}
	return value, nil
}
