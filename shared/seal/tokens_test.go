package seal_test

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"pgregory.net/rapid"

	"sallyport/shared/twofactor"
)

var kinds = []twofactor.TokenKind{
	twofactor.TokenLogin, twofactor.TokenSelfService, twofactor.TokenLink, twofactor.TokenCursor,
}

// fill sets every member of v, however deep, to something that is not zero.
func fill(v reflect.Value, name string) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(start.Add(123456789 * time.Nanosecond)))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), v.Type().Field(i).Name)
		}
	case v.Kind() == reflect.String:
		v.SetString(name)
	case v.Kind() == reflect.Uint64:
		v.SetUint(1<<63 + 1)
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.ValueOf([]string{name, ""}))
	default:
		panic("a token has a member of a new type: " + v.Type().String())
	}
}

func TestATokenForgetsNoMember(t *testing.T) {
	s := newStand(t)
	var token twofactor.Token
	fill(reflect.ValueOf(&token).Elem(), "")
	token.Kind = twofactor.TokenLogin
	sealed, err := s.SealToken(ctx, token)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := s.OpenToken(ctx, sealed, twofactor.TokenLogin)
	if err != nil || !reflect.DeepEqual(opened, token) {
		t.Errorf("got  %+v (%v)\nwant %+v", opened, err, token)
	}
}

func TestAnyTokenComesBackAsItWas(t *testing.T) {
	s := newStand(t)
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		return time.Unix(rapid.Int64Range(1, 1<<33).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
	})
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return rapid.StringN(0, 40, 120).Draw(t, name) }
		token := twofactor.Token{
			Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), ID: text("id"),
			Ref:         twofactor.Ref{Tenant: text("tenant"), User: text("user")},
			Incarnation: text("incarnation"), Generation: rapid.Uint64().Draw(t, "generation"),
			KeyID: text("key"), Audience: text("audience"), LoginID: text("login"),
			Purpose:  twofactor.Purpose(text("purpose")),
			First:    twofactor.FirstFactor{Method: twofactor.SignIn(text("method")), IDP: text("idp")},
			IssuedAt: instant.Draw(t, "issued"), BackupCode: rapid.Bool().Draw(t, "backup"),
			ReturnURL: text("url"), State: text("state"), Body: text("body"),
		}
		if rapid.Bool().Draw(t, "expires") {
			token.ExpiresAt = instant.Draw(t, "expiry")
		}
		if amr := rapid.SliceOfN(rapid.String(), 0, 4).Draw(t, "amr"); len(amr) > 0 {
			token.First.AMR = amr
		}
		sealed, err := s.SealToken(ctx, token)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := s.OpenToken(ctx, sealed, kinds...)
		if err != nil || !reflect.DeepEqual(opened, token) {
			t.Fatalf("got  %+v (%v)\nwant %+v", opened, err, token)
		}
	})
}

func TestATokenShowsNothingOfWhatItSays(t *testing.T) {
	s := newStand(t)
	sealed, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin, Ref: twofactor.Ref{Tenant: "acme", User: "jo"}})
	if err != nil {
		t.Fatal(err)
	}
	for part := range strings.SplitSeq(sealed.Reveal(), ".") {
		plain, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(plain), "acme") {
			t.Errorf("%q shows the tenant", plain)
		}
	}
}

func TestATokenOfOneKindIsNeverTakenForAnother(t *testing.T) {
	s := newStand(t)
	for _, made := range kinds {
		sealed, err := s.SealToken(ctx, twofactor.Token{Kind: made})
		if err != nil {
			t.Fatal(err)
		}
		for _, asked := range kinds {
			_, err := s.OpenToken(ctx, sealed, asked)
			if asked == made && err != nil {
				t.Errorf("%s: %v", made, err)
			}
			if asked != made {
				wantBad(t, err)
			}
			// The same token with the other kind in its header.
			relabelled := withHeader(t, sealed, `"cty":"`+string(made)+`"`, `"cty":"`+string(asked)+`"`)
			if asked != made {
				_, err = s.OpenToken(ctx, relabelled, kinds...)
				wantBad(t, err)
			}
		}
		_, err = s.OpenToken(ctx, sealed)
		wantBad(t, err)
	}
}

// withHeader replaces one piece of a token's header.
func withHeader(t *testing.T, token twofactor.Secret, old, replacement string) twofactor.Secret {
	t.Helper()
	first, rest, _ := strings.Cut(token.Reveal(), ".")
	plain, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil || !strings.Contains(string(plain), old) {
		t.Fatalf("the header %s does not hold %s", plain, old)
	}
	changed := strings.Replace(string(plain), old, replacement, 1)
	return twofactor.Secret(base64.RawURLEncoding.EncodeToString([]byte(changed)) + "." + rest)
}

func TestATokenThatWasChangedAnywhereIsNoneOfOurs(t *testing.T) {
	s := newStand(t)
	sealed, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin, ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	token := sealed.Reveal()
	const alphabet = "ABCDQgwz09-_.=\n\x00é"
	for i := range token {
		for _, c := range alphabet {
			changed := token[:i] + string(c) + token[i+1:]
			if changed == token {
				continue
			}
			_, err := s.OpenToken(ctx, twofactor.Secret(changed), kinds...)
			wantBad(t, err)
		}
		_, err := s.OpenToken(ctx, twofactor.Secret(token[:i]), kinds...)
		wantBad(t, err)
	}
	for _, changed := range []string{token + "A", token + ".", " " + token, token + "\n", token + "=", ""} {
		_, err := s.OpenToken(ctx, twofactor.Secret(changed), kinds...)
		wantBad(t, err)
	}
}

func TestATokenWithAnotherHeaderIsNoneOfOurs(t *testing.T) {
	s := newStand(t)
	sealed, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{`"alg":"dir"`, `"alg":"none"`},
		{`"alg":"dir"`, `"alg":"A256KW"`},
		{`"alg":"dir"`, `"alg":"PBES2-HS256+A128KW","p2c":1000000000,"p2s":"AAAAAAAAAAA"`},
		{`"enc":"A256GCM"`, `"enc":"A128GCM"`},
		{`"enc":"A256GCM"`, `"enc":"A256CBC-HS512"`},
		{`"typ":"sallyport+jwe"`, `"typ":"JWT"`},
		{`,"typ":"sallyport+jwe"`, ``},
		{`"alg":"dir"`, `"alg":"dir","zip":"DEF"`},
		{`"alg":"dir"`, `"alg":"dir","crit":["x"],"x":"y"`},
		{`"alg":"dir"`, `"alg":"dir","alg":"dir"`},
		{`"alg":"dir"`, `"Alg":"dir"`},
		{`"kid":"`, `"kid":"../`},
		{`"kid":"`, `"jku":"https://evil.example/jwks.json","kid":"`},
	} {
		_, err := s.OpenToken(ctx, withHeader(t, sealed, change[0], change[1]), kinds...)
		wantBad(t, err)
	}
}

func TestATokenOfAnotherServiceIsNoneOfOurs(t *testing.T) {
	s, other := newStand(t), newStand(t)
	sealed, err := other.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.OpenToken(ctx, sealed, twofactor.TokenLogin)
	wantBad(t, err)
}

func TestATokenUnderAnOwnKeyIDButAnotherKeyIsNoneOfOurs(t *testing.T) {
	s := newStand(t)
	id := s.table.records[twofactor.RootKeysKey(twofactor.RootToken)].(*twofactor.RootKeys).Keys[0].ID
	options := (&jose.EncrypterOptions{}).WithType("sallyport+jwe").WithContentType("login")
	encrypter, err := jose.NewEncrypter(jose.A256GCM,
		jose.Recipient{Algorithm: jose.DIRECT, Key: make([]byte, 32), KeyID: id}, options)
	if err != nil {
		t.Fatal(err)
	}
	object, err := encrypter.Encrypt([]byte(`{"t":"acme"}`))
	if err != nil {
		t.Fatal(err)
	}
	forged, err := object.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.OpenToken(ctx, twofactor.Secret(forged), twofactor.TokenLogin)
	wantBad(t, err)
}

func TestATokenThatNoHeaderCouldCarryIsNotMade(t *testing.T) {
	s := newStand(t)
	_, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin, State: strings.Repeat("x", 8<<10)})
	wantNotNow(t, err)
}

func TestWithTheKeyServiceAwayATokenIsNotCalledBad(t *testing.T) {
	s := newStand(t)
	sealed, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLogin})
	if err != nil {
		t.Fatal(err)
	}
	s.root.set(errAway)
	_, err = s.keeper().OpenToken(ctx, sealed, twofactor.TokenLogin)
	wantNotNow(t, err)
}

func TestATokenMadeBeforeARotationOpensAfterIt(t *testing.T) {
	s := newStand(t)
	sealed, err := s.SealToken(ctx, twofactor.Token{Kind: twofactor.TokenLink, ID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	s.addRoot(t, twofactor.RootToken)
	s.advance(72 * time.Hour)
	opened, err := s.OpenToken(ctx, sealed, twofactor.TokenLink)
	if err != nil || opened.ID != "1" {
		t.Errorf("got %v, %v", opened, err)
	}
}
