package dynamo

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"sallyport/shared/twofactor"
)

func TestEveryWordComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.OneOf(
			rapid.String(), rapid.SampledFrom(words),
			rapid.StringMatching(`[0-9A-HJKMNP-TV-Z]{26}`), rapid.StringMatching(`[0-9a-fA-F:.]{2,20}`),
			rapid.SampledFrom([]string{"::1", "192.0.2.1", "2001:DB8::1", "2001:0db8::1", "::ffff:1.2.3.4", "fe80::1%eth0"}),
		).Draw(t, "word")
		var p packer
		word(&p, &want)
		back := packer{b: p.b, reading: true}
		var got string
		word(&back, &got)
		if got != want || back.bad || len(back.b) != 0 {
			t.Fatalf("%q came back as %q", want, got)
		}
	})
}

func TestIDsAndAddressesArePackedSmall(t *testing.T) {
	for s, want := range map[string]int{
		"01ARZ3NDEKTSV4RRFFQ69G5FAV": 17, "8ZZZZZZZZZZZZZZZZZZZZZZZZZ": 27, "01arz3ndektsv4rrffq69g5fav": 27,
		"192.0.2.1": 5, "2001:db8::1": 17, "code.accepted": 1, "": 1, "totp": 1,
	} {
		if got := len(appendWord(nil, s)); got != want {
			t.Errorf("%q takes %d bytes, want %d", s, got, want)
		}
	}
}

func TestListsOfTimesComeBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []time.Time
		for _, at := range rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 0, 60).Draw(t, "seconds") {
			want = append(want, time.Unix(at, 0).UTC())
		}
		var p packer
		p.seconds(&want)
		back := packer{b: p.b, reading: true}
		var got []time.Time
		back.seconds(&got)
		if back.bad || len(back.b) != 0 || len(got) != len(want) {
			t.Fatalf("%d times came back as %d, bad %v", len(want), len(got), back.bad)
		}
		for i := range want {
			if !got[i].Equal(want[i]) {
				t.Fatalf("time %d: got %v, want %v", i, got[i], want[i])
			}
		}
	})
}

func TestAWordNeverMoves(t *testing.T) {
	for place, want := range map[int]string{
		0: "", 1: "password", 5: "exempt", 7: "backup_code", 12: "code.accepted", 24: "factor.enrolled",
		32: "enrollment_link.created", 44: "policy.changed", 60: "too_many_wrong_codes,factor_disabled",
		64: "user", 72: "failure",
	} {
		if words[place] != want {
			t.Errorf("word %d is %q, want %q: stored items would be read wrongly", place, words[place], want)
		}
	}
	seen := map[string]bool{}
	for _, w := range words {
		if seen[w] {
			t.Errorf("%q stands twice", w)
		}
		seen[w] = true
	}
}

func TestDamagedPackingIsAnErrorAndNeverAPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record, event := largestAuth(24 * time.Hour)
		it, err := encode(record, 1, event, true)
		if err != nil {
			t.Fatal(err)
		}
		name := rapid.SampledFrom([]string{"h", "k", "b", "a", "w", "l", "o", "e"}).Draw(t, "attribute")
		var whole []byte
		blob(&fields{item: item{name: it[name]}, reading: true}, name, &whole)
		cut := rapid.IntRange(0, len(whole)-1).Draw(t, "cut")
		damaged := append([]byte{}, whole[:cut]...)
		damaged = append(damaged, rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "noise")...)
		blob(&fields{item: it}, name, &damaged)
		_, _, _ = decode(it)
	})
	for _, name := range []string{"h", "k", "a", "w", "o"} {
		record, event := largestAuth(24 * time.Hour)
		it, err := encode(record, 1, event, true)
		if err != nil {
			t.Fatal(err)
		}
		short := []byte{}
		blob(&fields{item: item{name: it[name]}, reading: true}, name, &short)
		short = short[:len(short)-1]
		blob(&fields{item: it}, name, &short)
		if _, _, err := decode(it); err == nil {
			t.Errorf("attribute %s without its last byte was read", name)
		}
	}
}

func TestAnAttributeOfAnotherTypeIsAnError(t *testing.T) {
	for _, record := range []twofactor.Record{
		&twofactor.Tenant{ID: "acme", Name: "n"}, &twofactor.Directory{Ref: twofactor.Ref{Tenant: "acme", User: "ada"}, Name: "n"},
	} {
		it, err := encode(record, 1, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		it["name"] = number("1")
		if _, _, err := decode(it); err == nil {
			t.Error("a number was read as a name")
		}
	}
}

func TestUsersTenantsAndKeysNeverExpire(t *testing.T) {
	for _, record := range []twofactor.Record{
		&twofactor.Tenant{ID: "acme"}, &twofactor.Auth{Ref: twofactor.Ref{Tenant: "acme", User: "ada"}},
		&twofactor.Directory{Ref: twofactor.Ref{Tenant: "acme", User: "ada"}}, &twofactor.APIKey{ID: "1"},
		&twofactor.Roster{Tenant: "acme"}, &twofactor.SigningKeys{}, &twofactor.RootKeys{Purpose: "token"},
	} {
		record.Header().Expires = time.Unix(1_900_000_000, 0)
		it, err := encode(record, 1, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		if _, there := it[attrTTL]; there {
			t.Errorf("a %s record would expire", record.Key().Kind)
		}
	}
}
