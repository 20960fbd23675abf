package dynamo

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sallyport/shared/storetest"
	"sallyport/shared/twofactor"
)

// anyID draws ids of the contract's form, with a liking for words that stand
// in keys.
func anyID() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"event", "mail", "auth", "tenant", "key", "root", "once", "a", "0", "1", "a:b", "a+b"}),
		rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._@:+-]{0,127}`),
	)
}

func anyKey() *rapid.Generator[twofactor.Key] {
	return rapid.Custom(func(t *rapid.T) twofactor.Key {
		kind := rapid.SampledFrom(storetest.Kinds()).Draw(t, "kind")
		key := twofactor.Key{Kind: kind}
		used := storetest.Sample(kind, "acme").Key()
		if used.Tenant != "" {
			key.Tenant = anyID().Draw(t, "tenant")
		}
		if used.User != "" {
			key.User = anyID().Draw(t, "user")
		}
		if used.ID != "" {
			key.ID = anyID().Draw(t, "id")
		}
		return key
	})
}

func TestNoTwoKeysHaveTheSamePlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyKey().Draw(t, "a"), anyKey().Draw(t, "b")
		placeA, errA := addressOf(a)
		placeB, errB := addressOf(b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if (a == b) != (placeA == placeB) {
			t.Fatalf("%v and %v are at %v and %v", a, b, placeA, placeB)
		}
	})
}

func TestEveryPlaceLeadsBackToItsKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := anyKey().Draw(t, "key")
		at, err := addressOf(key)
		if err != nil {
			t.Fatal(err)
		}
		back, err := keyAt(at)
		if err != nil || back != key {
			t.Fatalf("%v at %v reads back as %v (%v)", key, at, back, err)
		}
	})
}

func TestThePlacesAreThoseOfThePackagesTable(t *testing.T) {
	ref := twofactor.Ref{Tenant: "acme", User: "ada"}
	for key, want := range map[twofactor.Key]address{
		twofactor.TenantKey("acme"):                                                   {"acme", "tenant"},
		twofactor.RosterKey("acme"):                                                   {"acme", "roster"},
		twofactor.AuthKey(ref):                                                        {"acme#ada", "auth"},
		twofactor.DirectoryKey(ref):                                                   {"acme#ada", "directory"},
		twofactor.EnrollmentKey(ref):                                                  {"acme#ada", "enrollment"},
		twofactor.DevicesKey(ref):                                                     {"acme#ada", "devices"},
		twofactor.TombstoneKey(ref):                                                   {"acme#ada", "tombstone"},
		twofactor.RedemptionKey("acme", "1"):                                          {"acme##redemption#4", "1"},
		{Kind: twofactor.KindAnnouncement, Tenant: "acme", ID: "1"}:                   {"acme##announcement#4", "1"},
		(&twofactor.Mail{Tenant: "acme", User: "ada", ID: "1"}).Key():                 {"acme##mail#7", "ada/1"},
		(&twofactor.Mail{Tenant: "acme", ID: "1"}).Key():                              {"acme##mail#3", "/1"},
		twofactor.EventRowKey("acme", "1"):                                            {"acme##event", "1"},
		twofactor.EventRowKey("", "1"):                                                {"##event", "1"},
		twofactor.OnceKey("1"):                                                        {"#once#1", "once"},
		twofactor.APIKeyKey("1"):                                                      {"#key", "1"},
		twofactor.SigningKeysKey():                                                    {"#signing", "signing"},
		twofactor.RootKeysKey(twofactor.RootToken):                                    {"#root", "token"},
		twofactor.AddressKey(ref):                                                     {"acme#ada", "address"},
		twofactor.DueKey(ref, twofactor.DueLock):                                      {"acme##due#1", "ada/lock"},
		twofactor.CountKey("acme", 7):                                                 {"acme##count#6", "7"},
		twofactor.CountedKey(ref):                                                     {"acme##counted#3", "ada"},
		twofactor.MailHealthKey("acme"):                                               {"acme##mail_health", "bulk"},
		twofactor.ResetRequestKey("acme", "1"):                                        {"acme##reset_request", "1"},
		twofactor.ReminderKey("acme", "1"):                                            {"acme##reminder", "1"},
		twofactor.DeletionKey("acme"):                                                 {"#deletion", "acme"},
		(&twofactor.DeletionJob{Tenant: "acme", User: "ada", Incarnation: "1"}).Key(): {"#deletion", "acme#ada#1"},
	} {
		if got, err := addressOf(key); err != nil || got != want {
			t.Errorf("%v is at %v (%v), want %v", key, got, err, want)
		}
	}
}

func TestAKeyThatCouldRunIntoAnotherIsRefused(t *testing.T) {
	for _, key := range []twofactor.Key{
		{Kind: twofactor.KindAuth, Tenant: "a#b", User: "c"}, {Kind: twofactor.KindAuth, Tenant: "a", User: "b#c"},
		{Kind: twofactor.KindAuth, Tenant: "a"}, {Kind: twofactor.KindAuth, User: "a"}, {Kind: twofactor.KindTenant},
		{Kind: twofactor.KindTenant, Tenant: "#key"}, {Kind: twofactor.KindEventRow, Tenant: "a"},
		{Kind: twofactor.KindMail, Tenant: "a"}, {Kind: twofactor.KindOnce}, {Kind: twofactor.KindAPIKey},
		{Kind: "unheard of", Tenant: "a", ID: "b"},
	} {
		if at, err := addressOf(key); err == nil {
			t.Errorf("%v has a place: %v", key, at)
		}
		if _, err := New(nil, "").Load(t.Context(), twofactor.Want{Key: key}); err == nil {
			t.Errorf("%v can be loaded", key)
		}
	}
}

func TestAPlaceThatIsNoRecordsIsRefused(t *testing.T) {
	for _, at := range []address{
		{"acme", "auth"}, {"acme#ada", "tenant"}, {"acme#ada", ""}, {"acme##event", ""}, {"acme##mail#1", "1"}, {"acme##mail", "1"},
		{"acme##strange#1", "strange"}, {"#strange", "1"}, {"#once#1", "key"}, {"", "tenant"}, {"#", ""},
	} {
		if key, err := keyAt(at); err == nil {
			t.Errorf("%v is read as %v", at, key)
		}
	}
}

func TestOnlyTheTrailEndsInItsWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := anyKey().Draw(t, "key")
		at, err := addressOf(key)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(at.pk, "##event") != (key.Kind == twofactor.KindEventRow) {
			t.Fatalf("%v is at %v", key, at)
		}
	})
}

func TestTheShardOfARecordNeverMoves(t *testing.T) {
	// Values of 32-bit FNV-1a from its specification, modulo ten.
	for id, want := range map[string]string{"": "t#1", "a": "t#0", "foobar": "t#0"} {
		if got := shardOf("t", id); got != want {
			t.Errorf("%q is in shard %s, want %s", id, got, want)
		}
	}
}
