package twofactor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// holder has secrets in every place that a record has them.
type holder struct {
	Code   Secret
	Key    SecretBytes
	List   []Secret
	Named  map[string]SecretBytes
	Inside *holder
}

// LG-03: however a secret is printed, it says only that it is one.
func TestLG03ASecretPrintsRedactedHoweverItIsPrinted(t *testing.T) {
	const canary = "canary-1234567890"
	flat := holder{Code: canary, Key: SecretBytes(canary), List: []Secret{canary}, Named: map[string]SecretBytes{"k": SecretBytes(canary)}}
	whole := flat
	whole.Inside = &flat
	values := []any{whole, Secret(canary), SecretBytes(canary), flat, &flat, []any{Secret(canary)}, ProofInput{Code: canary}}
	leaks := []string{canary, fmt.Sprintf("%x", canary), fmt.Sprintf("%X", canary), "99, 97, 110", "99 97 110", "0x63", "Y2FuYXJ5"}
	check := func(how, text string) {
		for _, leak := range leaks {
			if strings.Contains(text, leak) {
				t.Errorf("%s shows %q", how, text)
			}
		}
	}
	for i, value := range values {
		verbs := []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%c", "%U", "%t"}
		if i == 0 {
			// A pointer inside a struct that meets a verb not made for it is
			// printed by package fmt past all methods; nothing prints so.
			verbs = verbs[:3]
		}
		for _, verb := range verbs {
			check(fmt.Sprintf("%s of value %d", verb, i), fmt.Sprintf(verb, value))
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		check(fmt.Sprintf("JSON of value %d", i), string(text))
		for _, handler := range []func(*bytes.Buffer) slog.Handler{
			func(b *bytes.Buffer) slog.Handler { return slog.NewJSONHandler(b, nil) },
			func(b *bytes.Buffer) slog.Handler { return slog.NewTextHandler(b, nil) },
		} {
			var out bytes.Buffer
			slog.New(handler(&out)).Info("m", "value", value, slog.Group("g", "value", value))
			check(fmt.Sprintf("the log of value %d", i), out.String())
		}
		check(fmt.Sprintf("an error about value %d", i), errors.Join(fmt.Errorf("wrapped: %v", value)).Error())
	}
	if Secret(canary).Reveal() != canary || string(SecretBytes(canary).Reveal()) != canary {
		t.Error("the value itself is lost")
	}
}

// IN-14: what is far too long is refused by its length, not by its content.
func TestIN14HugeInputIsRefusedAtOnce(t *testing.T) {
	huge := strings.Repeat("a", 64<<10)
	began := time.Now()
	for range 100 {
		if ValidAddress(huge+"@example.com") || ValidAddress("a@"+huge+".com") || ValidAddress(strings.Repeat("a.", 32<<10)+"a@b.c") {
			t.Fatal("a huge address is taken")
		}
		if ValidID(huge) || validRole(huge) {
			t.Fatal("a huge id or role is taken")
		}
		if _, ok := canonicalBackupCode(huge); ok {
			t.Fatal("a huge backup code is taken")
		}
		if _, _, ok := splitDeviceToken(Secret(devicePrefix + huge)); ok {
			t.Fatal("a huge device token is taken")
		}
		if MaskAddress(huge+"@example.com") != "" {
			t.Fatal("a huge address is shown")
		}
	}
	if took := time.Since(began); took > 500*time.Millisecond {
		t.Errorf("100 rounds took %v", took)
	}
}
