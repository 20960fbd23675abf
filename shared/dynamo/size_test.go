package dynamo

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// writeUnit is the size of an item that costs one write unit.
const writeUnit = 1024

// sizeOf is the size of an item by DynamoDB's documented rules: names and
// values in bytes; a number takes one byte for two digits and one more; a map
// or list three, and one for each member.
func sizeOf(it item) int {
	size := 0
	for name, value := range it {
		size += len(name) + valueSize(value)
	}
	return size
}

func valueSize(value types.AttributeValue) int {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return (len(strings.Trim(v.Value, "-0"))+1)/2 + 1
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
		return 1
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + sizeOf(v.Value)
	case *types.AttributeValueMemberL:
		size := 3 + len(v.Value)
		for _, each := range v.Value {
			size += valueSize(each)
		}
		return size
	}
	panic("a type of attribute that this package does not write")
}

// longestSpread is far beyond the 30 days in which a wrong code counts.
const longestSpread = 365 * 24 * time.Hour

// largestAuth is the largest auth record that the contract allows, with the
// largest event that a verification writes. The wrong codes are spread over
// the given time.
func largestAuth(spread time.Duration) (*twofactor.Auth, *twofactor.Event) {
	id := strings.Repeat("Z", twofactor.MaxID)
	ulid := "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"
	now := time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC)
	a := &twofactor.Auth{
		Meta: twofactor.Meta{Version: 999_999_998}, Ref: twofactor.Ref{Tenant: id, User: id},
		Incarnation: ulid, CreatedAt: now, Active: true, Role: strings.Repeat("r", 32), SignIn: twofactor.SignInPassword,
		EmailHint: strings.Repeat("e", 34), Profile: make([]byte, 8),
		Requirement: twofactor.Requirement{Value: twofactor.RequirementRequired, SetAt: now, ExpiresAt: now.AddDate(900, 0, 0)},
		ResetMark:   true, ActivationRequested: true, Deferrals: 10, Generation: 16_383,
		Factor: &twofactor.Factor{
			Secret: make([]byte, 64), LastStep: uint64(now.Unix() / 30), EnrolledAt: now, LastVerifiedAt: now,
			Disabled: true, Backup: make([]twofactor.BackupHash, 10), Spent: 1<<10 - 1,
		},
		Attempts: twofactor.Attempts{InARow: 100, PausedUntil: now, ClearedAt: now, WarnedAt: now},
		Link:     ulid, OpenReset: &twofactor.OpenReset{ID: ulid, CreatedAt: now, Generation: 16_383},
	}
	for i := range 50 {
		a.Attempts.Wrong = append(a.Attempts.Wrong, now.Add(-spread*time.Duration(50-i)/50).Truncate(time.Second))
	}
	a.Logins = twofactor.DoneLogins{Horizon: now.AddDate(-1, 0, 0)}
	for i := range 4 {
		a.Logins.IDs = append(a.Logins.IDs, [8]byte{1, 2, 3})
		a.Logins.Times = append(a.Logins.Times, now.AddDate(0, -4+i, 0))
	}
	return a, &twofactor.Event{
		ID: ulid, At: time.UnixMilli(0), Type: twofactor.EventCodeAccepted, Tenant: id, User: id, KeyID: ulid,
		IP: "2001:db8:85a3:1234:5678:8a2e:370:7334", UserAgent: strings.Repeat("u", twofactor.MaxUserAgent),
		Detail: map[string]string{
			"method": "backup_code", twofactor.DetailMail: string(twofactor.MailBackupCodeUsed), twofactor.DetailCodesLeft: "9",
		},
	}
}

func TestTheLargestAuthItemTakesOneWriteUnit(t *testing.T) {
	for _, spread := range []time.Duration{time.Minute, 24 * time.Hour, 30 * 24 * time.Hour, longestSpread} {
		record, event := largestAuth(spread)
		it, err := encode(record, record.Version+1, event, true)
		if err != nil {
			t.Fatal(err)
		}
		size := sizeOf(it)
		if size > writeUnit {
			t.Errorf("wrong codes over %v: %d bytes, a write unit holds %d", spread, size, writeUnit)
		}
	}
}

func TestTheTableChargesOneUnitForTheLargestAuthItem(t *testing.T) {
	var mu sync.Mutex
	units := map[string]float64{}
	store := localTable(t, WithMeter(func(operation string, read, write float64) {
		mu.Lock()
		defer mu.Unlock()
		units[operation] += read + write
	}))
	record, event := largestAuth(longestSpread)
	record.Version = 0
	for range 2 {
		clear(units)
		if err := store.Commit(t.Context(), twofactor.Commit{Event: event, Put: []twofactor.Record{record}}); err != nil {
			t.Fatal(err)
		}
		if units["PutItem"] != 1 || len(units) != 1 {
			t.Errorf("a write of the largest auth item cost %v, want one unit", units)
		}
	}
	clear(units)
	tenant := &twofactor.Tenant{ID: record.Tenant}
	if err := store.Commit(t.Context(), twofactor.Commit{Put: []twofactor.Record{tenant}}); err != nil {
		t.Fatal(err)
	}
	clear(units)
	_, err := store.Load(t.Context(), twofactor.Want{Key: record.Key()}, twofactor.Want{Key: tenant.Key(), Eventually: true})
	if err != nil {
		t.Fatal(err)
	}
	if units["GetItem"] != 1.5 || len(units) != 1 {
		t.Errorf("reading user and tenant cost %v, want 1.5 units", units)
	}
}
