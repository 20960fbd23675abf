package dynamo

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// The names of the key attributes of the table and of its index.
const (
	attrPK      = "pk"
	attrSK      = "sk"
	attrListPK  = "lp"
	attrListSK  = "ls"
	listIndex   = "list"
	directories = 10
)

const (
	sep      = "#"
	globalPK = "#"
)

// address is a record's place in the table.
type address struct{ pk, sk string }

// addressOf builds the place of a record (see the package's table). It refuses
// a key whose parts could run into each other.
func addressOf(key twofactor.Key) (address, error) {
	if strings.Contains(key.Tenant, sep) || strings.Contains(key.User, sep) {
		return address{}, fmt.Errorf("an id of a %s record holds %q", key.Kind, sep)
	}
	sk := string(key.Kind)
	a := address{sk: sk}
	missing := key.Tenant == ""
	switch key.Kind {
	case twofactor.KindTenant, twofactor.KindRoster:
		a.pk = key.Tenant
	case twofactor.KindAuth, twofactor.KindDirectory, twofactor.KindEnrollment, twofactor.KindDevices, twofactor.KindTombstone:
		a.pk = key.Tenant + sep + key.User
		missing = missing || key.User == ""
	case twofactor.KindRedemption, twofactor.KindAnnouncement, twofactor.KindMail:
		a.pk = key.Tenant + sep + sep + sk + sep + key.ID
		missing = key.ID == ""
	case twofactor.KindEventRow:
		a = address{pk: trailOf(key.Tenant), sk: key.ID}
		missing = key.ID == ""
	case twofactor.KindOnce:
		a.pk = globalPK + sk + sep + key.ID
		missing = key.ID == ""
	case twofactor.KindAPIKey, twofactor.KindRootKeys:
		a = address{pk: globalPK + sk, sk: key.ID}
		missing = key.ID == ""
	case twofactor.KindSigningKeys:
		a.pk = globalPK + sk
		missing = false
	default:
		return address{}, fmt.Errorf("kind %q has no key", key.Kind)
	}
	if missing {
		return address{}, fmt.Errorf("a key of kind %s lacks an id", key.Kind)
	}
	return a, nil
}

// trailOf is the partition of a tenant's audit trail.
func trailOf(tenant string) string { return tenant + sep + sep + string(twofactor.KindEventRow) }

// keyAt is the reverse of addressOf.
func keyAt(a address) (twofactor.Key, error) {
	if strings.HasPrefix(a.pk, globalPK) && !strings.HasPrefix(a.pk, globalPK+sep) {
		return globalKeyAt(a)
	}
	tenant, rest, inside := strings.Cut(a.pk, sep)
	if !inside {
		return checked(a, twofactor.Key{Kind: twofactor.Kind(a.sk), Tenant: tenant})
	}
	special, isSpecial := strings.CutPrefix(rest, sep)
	if !isSpecial {
		return checked(a, twofactor.Key{Kind: twofactor.Kind(a.sk), Tenant: tenant, User: rest})
	}
	kind, id, hasID := strings.Cut(special, sep)
	if !hasID {
		id = a.sk
	}
	return checked(a, twofactor.Key{Kind: twofactor.Kind(kind), Tenant: tenant, ID: id})
}

func globalKeyAt(a address) (twofactor.Key, error) {
	kind, id, hasID := strings.Cut(strings.TrimPrefix(a.pk, globalPK), sep)
	if !hasID && kind != string(twofactor.KindSigningKeys) {
		id = a.sk
	}
	return checked(a, twofactor.Key{Kind: twofactor.Kind(kind), ID: id})
}

// checked returns key if it really lives at a.
func checked(a address, key twofactor.Key) (twofactor.Key, error) {
	if back, err := addressOf(key); err != nil || back != a {
		return twofactor.Key{}, fmt.Errorf("no record has its place at sort key %q", a.sk)
	}
	return key, nil
}

// attributes gives the address as the key of a request.
func (a address) attributes() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{attrPK: text(a.pk), attrSK: text(a.sk)}
}

// addressIn reads the address out of an item, or out of its key alone.
func addressIn(item map[string]types.AttributeValue) (address, error) {
	pk, okPK := item[attrPK].(*types.AttributeValueMemberS)
	sk, okSK := item[attrSK].(*types.AttributeValueMemberS)
	if !okPK || !okSK {
		return address{}, fmt.Errorf("an item has no key")
	}
	return address{pk: pk.Value, sk: sk.Value}, nil
}

// directoryShard is the index partition that lists a user: one of ten for each
// tenant, so that a large tenant is not one hot partition.
func directoryShard(tenant, user string) string {
	return shardName(tenant, int(fnv32(user)%directories))
}

func shardName(tenant string, shard int) string {
	return fmt.Sprintf("%s%s%d", tenant, sep, shard)
}

// fnv32 is FNV-1a. It is written out because the shard of a user must never
// change.
func fnv32(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// mailLane is the index partition of the mails that wait in one lane.
func mailLane(lane string) string { return globalPK + string(twofactor.KindMail) + sep + lane }

// mailPosition is where a waiting mail stands in its lane.
func mailPosition(m *twofactor.Mail) string {
	return fmt.Sprintf("%013d%s%s%s%s", m.DueAt.UnixMilli(), sep, m.Tenant, sep, m.ID)
}

// listed returns a record's place in the index, or ok false for a record that
// is in no list.
func listed(record twofactor.Record) (at address, ok bool) {
	switch r := record.(type) {
	case *twofactor.Directory:
		return address{pk: directoryShard(r.Tenant, r.User), sk: r.User}, true
	case *twofactor.Mail:
		if r.State == twofactor.MailQueued {
			return address{pk: mailLane(r.Lane()), sk: mailPosition(r)}, true
		}
	}
	return address{}, false
}
