package seal_test

import (
	"bytes"
	"crypto/rand"
	"testing"

	"pgregory.net/rapid"

	"sallyport/shared/twofactor"
)

var binding = twofactor.Binding{
	Ref:         twofactor.Ref{Tenant: "acme", User: "jo"},
	Incarnation: "i1",
	Generation:  3,
}

// openKey makes a data key for a tenant and opens it.
func openKey(t *testing.T, s *stand, tenant string) (twofactor.DataKey, twofactor.SecretBytes) {
	t.Helper()
	wrapped, err := s.NewDataKey(ctx, tenant)
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.OpenDataKey(ctx, tenant, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	return key, wrapped
}

func TestASecretOpensForWhatItWasSealedFor(t *testing.T) {
	key, _ := openKey(t, newStand(t), "acme")
	secret := []byte("12345678901234567890")
	sealed, err := key.Seal(secret, binding)
	if err != nil {
		t.Fatal(err)
	}
	if len(sealed) > 64 {
		t.Errorf("a sealed TOTP secret takes %d bytes, the auth record has room for 64", len(sealed))
	}
	if bytes.Contains(sealed.Reveal(), secret) {
		t.Error("the sealed value holds the secret")
	}
	opened, err := key.Open(sealed, binding)
	if err != nil || !bytes.Equal(opened, secret) {
		t.Errorf("got %q, %v", opened, err)
	}
}

func TestTheSameSecretIsSealedDifferentlyEachTime(t *testing.T) {
	key, _ := openKey(t, newStand(t), "acme")
	one, _ := key.Seal([]byte("secret"), binding)
	two, _ := key.Seal([]byte("secret"), binding)
	if bytes.Equal(one, two) {
		t.Error("two sealed values are the same")
	}
}

// elsewhere lists bindings that differ from binding in one thing, or that
// would be the same if their parts were simply joined.
func elsewhere() map[string]twofactor.Binding {
	b := func(tenant, user, incarnation string, generation uint64) twofactor.Binding {
		return twofactor.Binding{
			Ref: twofactor.Ref{Tenant: tenant, User: user}, Incarnation: incarnation, Generation: generation,
		}
	}
	return map[string]twofactor.Binding{
		"another tenant":       b("acmf", "jo", "i1", 3),
		"another user":         b("acme", "jp", "i1", 3),
		"another incarnation":  b("acme", "jo", "i2", 3),
		"another generation":   b("acme", "jo", "i1", 4),
		"tenant and user cut":  b("acm", "ejo", "i1", 3),
		"user and incarnation": b("acme", "j", "oi1", 3),
		"all in the tenant":    b("acmejoi1", "", "", 3),
		"nothing":              {},
	}
}

func TestASecretOpensForNothingElse(t *testing.T) {
	key, _ := openKey(t, newStand(t), "acme")
	sealed, err := key.Seal([]byte("secret"), binding)
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range elsewhere() {
		if _, err := key.Open(sealed, other); err == nil {
			t.Errorf("%s: it opened", name)
		} else {
			wantNotNow(t, err)
		}
	}
}

func TestASecretOfOneTenantNeverOpensUnderAnothersKey(t *testing.T) {
	s := newStand(t)
	key, wrapped := openKey(t, s, "acme")
	other, _ := openKey(t, s, "acmf")
	sealed, err := key.Seal([]byte("secret"), binding)
	if err != nil {
		t.Fatal(err)
	}
	_, err = other.Open(sealed, binding)
	wantNotNow(t, err)
	_, err = s.OpenDataKey(ctx, "acmf", wrapped)
	wantNotNow(t, err)
}

func TestABackupCodeHashesTheSameOnlyForTheSameOwnerAndTenantKey(t *testing.T) {
	s := newStand(t)
	key, wrapped := openKey(t, s, "acme")
	again, err := s.OpenDataKey(ctx, "acme", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	hash := key.HashBackupCode("ABCD", binding)
	if hash != again.HashBackupCode("ABCD", binding) {
		t.Error("the same code has two hashes")
	}
	if hash == key.HashBackupCode("ABCE", binding) {
		t.Error("two codes have the same hash")
	}
	for name, other := range elsewhere() {
		if hash == key.HashBackupCode("ABCD", other) {
			t.Errorf("%s: the same hash", name)
		}
	}
	second, _ := openKey(t, s, "acme")
	if hash == second.HashBackupCode("ABCD", binding) {
		t.Error("another data key gives the same hash")
	}
}

// TestAFlippedBitAnywhereIsNotNowAndNeverAPanic is FT-11.
func TestAFlippedBitAnywhereIsNotNowAndNeverAPanic(t *testing.T) {
	s := newStand(t)
	key, wrapped := openKey(t, s, "acme")
	sealed, err := key.Seal([]byte("secret"), binding)
	if err != nil {
		t.Fatal(err)
	}
	mail, err := s.SealMail(ctx, "m1", "123456")
	if err != nil {
		t.Fatal(err)
	}
	for name, part := range map[string]struct {
		sealed twofactor.SecretBytes
		open   func(twofactor.SecretBytes) error
	}{
		"secret": {sealed, func(b twofactor.SecretBytes) error { _, err := key.Open(b, binding); return err }},
		"data key": {wrapped, func(b twofactor.SecretBytes) error {
			_, err := s.OpenDataKey(ctx, "acme", b)
			return err
		}},
		"mail": {mail, func(b twofactor.SecretBytes) error { _, err := s.OpenMail(ctx, "m1", b); return err }},
	} {
		if err := part.open(part.sealed); err != nil {
			t.Fatalf("%s: unchanged it does not open: %v", name, err)
		}
		for bit := range len(part.sealed) * 8 {
			changed := bytes.Clone(part.sealed)
			changed[bit/8] ^= 1 << (bit % 8)
			if err := part.open(changed); err == nil {
				t.Errorf("%s: it opened with bit %d flipped", name, bit)
			} else {
				wantNotNow(t, err)
			}
		}
		for length := range len(part.sealed) {
			wantNotNow(t, part.open(part.sealed[:length]))
		}
		wantNotNow(t, part.open(append(bytes.Clone(part.sealed), 0)))
	}
}

func TestAMailsSecretOpensForThatMailOnly(t *testing.T) {
	s := newStand(t)
	sealed, err := s.SealMail(ctx, "m1", "123456")
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.keeper().OpenMail(ctx, "m1", sealed)
	if err != nil || text.Reveal() != "123456" {
		t.Errorf("got %q, %v", text.Reveal(), err)
	}
	_, err = s.OpenMail(ctx, "m2", sealed)
	wantNotNow(t, err)
}

func TestWhatIsSealedUnderOneRootPurposeOpensUnderNoOther(t *testing.T) {
	s := newStand(t)
	_, wrapped := openKey(t, s, "acme")
	// The same root key for both purposes, as a mix-up in the table would do.
	record := s.table.records[twofactor.RootKeysKey(twofactor.RootTenant)].(*twofactor.RootKeys)
	s.table.put(&twofactor.RootKeys{Purpose: twofactor.RootMail, Keys: record.Keys})
	_, err := s.keeper().OpenMail(ctx, "acme", wrapped)
	wantNotNow(t, err)
}

func TestWhateverIsSealedComesBack(t *testing.T) {
	key, _ := openKey(t, newStand(t), "acme")
	rapid.Check(t, func(t *rapid.T) {
		b := twofactor.Binding{
			Ref:         twofactor.Ref{Tenant: rapid.String().Draw(t, "tenant"), User: rapid.String().Draw(t, "user")},
			Incarnation: rapid.String().Draw(t, "incarnation"),
			Generation:  rapid.Uint64().Draw(t, "generation"),
		}
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		sealed, err := key.Seal(plain, b)
		if err != nil {
			t.Fatal(err)
		}
		opened, err := key.Open(sealed, b)
		if err != nil || !bytes.Equal(opened, plain) {
			t.Fatalf("got %x, %v", opened, err)
		}
	})
}

func FuzzNothingThatIsReadFromTheTableMakesAPanic(f *testing.F) {
	noise := make([]byte, 80)
	_, _ = rand.Read(noise)
	f.Add([]byte{})
	f.Add([]byte{1})
	f.Add([]byte{1, 255})
	f.Add(append([]byte{1, 0}, noise...))
	f.Fuzz(func(t *testing.T, stored []byte) {
		s := newStand(t)
		key, _ := openKey(t, s, "acme")
		if _, err := key.Open(stored, binding); err == nil {
			t.Error("noise opened as a secret")
		}
		if _, err := s.OpenDataKey(ctx, "acme", stored); err == nil {
			t.Error("noise opened as a data key")
		}
	})
}
