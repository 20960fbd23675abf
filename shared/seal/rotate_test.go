package seal_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"sallyport/shared/seal"
	"sallyport/shared/twofactor"
)

// addSigning adds a signing key that signs from a time.
func (s *stand) addSigning(t *testing.T, from time.Time) twofactor.SigningKey {
	t.Helper()
	key, err := s.NewSigningKey(ctx)
	if err != nil {
		t.Fatal(err)
	}
	key.CreatedAt, key.ActiveFrom = s.clock(), from
	s.table.put(&twofactor.SigningKeys{Keys: append(slices.Clone(s.signingKeys().Keys), key)})
	return key
}

// published returns the key ids of the key set.
func published(t *testing.T, s *stand) []string {
	t.Helper()
	set, err := seal.JWKS(s.signingKeys(), s.clock())
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct{ Keys []map[string]string }
	if err := json.Unmarshal(set, &parsed); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, key := range parsed.Keys {
		ids = append(ids, key["kid"])
	}
	return ids
}

// TestRotationUnderLoadFailsNoCheck is JW-11: an instance that signs, one
// that checks with keys it holds, and a client that keeps the key set for as
// long as it may, over a whole rotation.
func TestRotationUnderLoadFailsNoCheck(t *testing.T) {
	s := newStand(t)
	signs, checks := s.keeper(), s.keeper()
	turn := start.Add(48 * time.Hour)
	s.advance(turn.Add(-24 * time.Hour).Sub(start))
	next := s.addSigning(t, turn)
	s.advance(turn.Add(-10 * time.Minute).Sub(s.clock()))
	var clientKeys []string
	var used []string
	for minute := range 20 {
		if minute%5 == 0 {
			clientKeys = published(t, s)
		}
		ready, err := signs.Ready(ctx)
		if err != nil {
			t.Fatal(err)
		}
		token, err := ready(sample)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := checks.ReadAssertion(ctx, token); err != nil {
			t.Errorf("minute %d: %v", minute, err)
		}
		kid := kidOf(t, token)
		if !slices.Contains(clientKeys, kid) {
			t.Errorf("minute %d: a client that kept the key set does not know %s", minute, kid)
		}
		if want := !s.clock().Before(turn); (kid == next.ID) != want {
			t.Errorf("minute %d: signed with the next key %v, want %v", minute, kid == next.ID, want)
		}
		used = append(used, kid)
		s.advance(time.Minute)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(used)))) != 2 {
		t.Errorf("keys used: %v, want two", used)
	}
}

func kidOf(t *testing.T, token twofactor.Secret) string {
	t.Helper()
	var header struct{ Kid string }
	first := token.Reveal()[:slices.Index([]byte(token), '.')]
	if err := json.Unmarshal([]byte(decode(t, first)), &header); err != nil {
		t.Fatal(err)
	}
	return header.Kid
}

// TestTheKeySetHoldsPublicMembersOnly is JW-14.
func TestTheKeySetHoldsPublicMembersOnly(t *testing.T) {
	s := newStand(t)
	set, err := seal.JWKS(s.signingKeys(), s.clock())
	if err != nil {
		t.Fatal(err)
	}
	var parsed map[string][]map[string]string
	if err := json.Unmarshal(set, &parsed); err != nil {
		t.Fatal(err)
	}
	if len(parsed) != 1 || len(parsed["keys"]) != 1 {
		t.Fatalf("got %s", set)
	}
	key := parsed["keys"][0]
	want := []string{"alg", "crv", "kid", "kty", "use", "x", "y"}
	if got := slices.Sorted(maps.Keys(key)); !slices.Equal(got, want) {
		t.Errorf("members %v, want %v", got, want)
	}
	if key["kty"] != "EC" || key["crv"] != "P-256" || key["use"] != "sig" || key["alg"] != "ES256" {
		t.Errorf("got %v", key)
	}
}

func TestTheKeySetHoldsNextCurrentAndKeysRetiredLessThan720HoursAgo(t *testing.T) {
	s := newStand(t)
	old := s.signingKeys().Keys[0]
	token := sign(t, s, sample)
	next := s.addSigning(t, start.Add(time.Hour))
	if got := published(t, s); !slices.Equal(got, []string{old.ID, next.ID}) {
		t.Errorf("with a next key: %v", got)
	}
	keys := s.signingKeys()
	keys.Keys[0].RetiredAt = start.Add(time.Hour)
	s.advance(time.Hour + 720*time.Hour - time.Second)
	if got := published(t, s); !slices.Equal(got, []string{old.ID, next.ID}) {
		t.Errorf("a second before 720 h: %v", got)
	}
	if _, err := s.ReadAssertion(ctx, token); err != nil {
		t.Errorf("a second before 720 h: %v", err)
	}
	s.advance(time.Second)
	if got := published(t, s); !slices.Equal(got, []string{next.ID}) {
		t.Errorf("at 720 h: %v", got)
	}
	_, err := s.ReadAssertion(ctx, token)
	wantBad(t, err)
}

func TestAnEmptyKeySetIsNotPublished(t *testing.T) {
	for _, keys := range []*twofactor.SigningKeys{nil, {}} {
		_, err := seal.JWKS(keys, start)
		wantNotNow(t, err)
	}
}

func TestAPrivateKeyInThePublicPlaceIsNotPublished(t *testing.T) {
	const private = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",` +
		`"y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}`
	keys := &twofactor.SigningKeys{Keys: []twofactor.SigningKey{{ID: "k", Public: []byte(private)}}}
	_, err := seal.JWKS(keys, start)
	wantNotNow(t, err)
}

func TestWithoutACurrentKeyNothingIsSigned(t *testing.T) {
	s := newStand(t)
	s.signingKeys().Keys[0].ActiveFrom = start.Add(time.Second)
	_, err := s.Ready(ctx)
	wantNotNow(t, err)
	delete(s.table.records, twofactor.SigningKeysKey())
	_, err = s.keeper().Ready(ctx)
	wantNotNow(t, err)
}

func TestAKeyWhoseHalvesDontFitSignsNothing(t *testing.T) {
	s := newStand(t)
	other := s.addSigning(t, start)
	keys := s.signingKeys().Keys
	keys[0].Public = other.Public
	s.table.put(&twofactor.SigningKeys{Keys: keys[:1]})
	_, err := s.Ready(ctx)
	wantNotNow(t, err)
}

// TestASignerIsReadyOrNotBeforeAnythingIsDecided is FT-13.
func TestASignerIsReadyOrNotBeforeAnythingIsDecided(t *testing.T) {
	s := newStand(t)
	ready, err := s.Ready(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s.root.set(errAway)
	s.table.away = errAway
	s.advance(time.Hour)
	if _, err := ready(sample); err != nil {
		t.Errorf("a signer that was ready failed: %v", err)
	}
	_, err = s.Ready(ctx)
	wantNotNow(t, err)
}
