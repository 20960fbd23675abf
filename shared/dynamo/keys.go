package dynamo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// The names of the key attributes of the table and of its index.
const (
	attrPK     = "pk"
	attrSK     = "sk"
	attrListPK = "lp"
	attrListSK = "ls"
	listIndex  = "list"
)

// shards is how many partitions share the records of a busy list.
const shards = 10

const (
	sep      = "#"
	globalPK = "#"
)

// address is a record's place in the table.
type address struct{ pk, sk string }

// layout is the way in which the key of a kind is built (see the package's
// table).
type layout int

const (
	// ofTenant: one record of a tenant, at <tenant>.
	ofTenant layout = iota + 1
	// ofUser: one record of a user, at <tenant>#<user>.
	ofUser
	// inTenant: many records of a tenant in one partition, in order of id.
	inTenant
	// inTenantSharded: the same, spread over ten partitions.
	inTenantSharded
	// spread: records of nobody, each in a partition of its own.
	spread
	// global: records of nobody in one partition.
	global
	// single: the one record of its kind.
	single
	// byTenant: records of all tenants in one partition, one of each tenant and
	// of each user's incarnation.
	byTenant
)

var layouts = map[twofactor.Kind]layout{
	twofactor.KindTenant:       ofTenant,
	twofactor.KindRoster:       ofTenant,
	twofactor.KindAuth:         ofUser,
	twofactor.KindDirectory:    ofUser,
	twofactor.KindEnrollment:   ofUser,
	twofactor.KindDevices:      ofUser,
	twofactor.KindTombstone:    ofUser,
	twofactor.KindAddress:      ofUser,
	twofactor.KindEventRow:     inTenant,
	twofactor.KindResetRequest: inTenant,
	twofactor.KindReminder:     inTenant,
	twofactor.KindMailHealth:   inTenant,
	twofactor.KindCount:        inTenantSharded,
	twofactor.KindCounted:      inTenantSharded,
	twofactor.KindDue:          inTenantSharded,
	twofactor.KindRedemption:   inTenantSharded,
	twofactor.KindAnnouncement: inTenantSharded,
	twofactor.KindMail:         inTenantSharded,
	twofactor.KindOnce:         spread,
	twofactor.KindAPIKey:       global,
	twofactor.KindRootKeys:     global,
	twofactor.KindSigningKeys:  single,
	twofactor.KindDeletion:     byTenant,
}

// addressOf builds the place of a record (see the package's table). It refuses
// a key whose parts could run into each other.
func addressOf(key twofactor.Key) (address, error) {
	if strings.Contains(key.Tenant, sep) || strings.Contains(key.User, sep) {
		return address{}, fmt.Errorf("an id of a %s record holds %q", key.Kind, sep)
	}
	a, needed, known := layouts[key.Kind].place(key)
	if !known {
		return address{}, fmt.Errorf("kind %q has no key", key.Kind)
	}
	if slices.Contains(needed, "") {
		return address{}, fmt.Errorf("a key of kind %s lacks an id", key.Kind)
	}
	return a, nil
}

// place builds an address; needed are the members that must not be empty.
func (l layout) place(key twofactor.Key) (a address, needed []string, known bool) {
	kind := string(key.Kind)
	switch l {
	case ofTenant:
		return address{key.Tenant, kind}, []string{key.Tenant}, true
	case ofUser:
		return address{key.Tenant + sep + key.User, kind}, []string{key.Tenant, key.User}, true
	case inTenant:
		return address{partitionOf(key.Kind, key.Tenant), key.ID}, []string{key.ID}, true
	case inTenantSharded:
		return address{shardOf(partitionOf(key.Kind, key.Tenant), key.ID), key.ID}, []string{key.ID}, true
	case spread:
		return address{globalPK + kind + sep + key.ID, kind}, []string{key.ID}, true
	case global:
		return address{globalPK + kind, key.ID}, []string{key.ID}, true
	case single:
		return address{globalPK + kind, kind}, nil, true
	case byTenant:
		return address{globalPK + kind, ownedBy(key)}, []string{key.Tenant}, true
	}
	return address{}, nil, false
}

// ownedBy is the sort key of work on a tenant, or on one of its users.
func ownedBy(key twofactor.Key) string {
	if key.User == "" {
		return key.Tenant
	}
	return key.Tenant + sep + key.User + sep + key.ID
}

// partitionOf is where a tenant's records of one kind stand together.
func partitionOf(kind twofactor.Kind, tenant string) string { return tenant + sep + sep + string(kind) }

// keyAt is the reverse of addressOf.
func keyAt(a address) (twofactor.Key, error) {
	if strings.HasPrefix(a.pk, globalPK) && !strings.HasPrefix(a.pk, globalPK+sep) {
		return globalKeyAt(a)
	}
	tenant, rest, inside := strings.Cut(a.pk, sep)
	kind, id, _ := strings.Cut(a.sk, sep)
	if !inside {
		return checked(a, twofactor.Key{Kind: twofactor.Kind(kind), Tenant: tenant, ID: id})
	}
	special, isSpecial := strings.CutPrefix(rest, sep)
	if !isSpecial {
		return checked(a, twofactor.Key{Kind: twofactor.Kind(kind), Tenant: tenant, User: rest, ID: id})
	}
	kind, _, _ = strings.Cut(special, sep)
	return checked(a, twofactor.Key{Kind: twofactor.Kind(kind), Tenant: tenant, ID: a.sk})
}

func globalKeyAt(a address) (twofactor.Key, error) {
	name, id, _ := strings.Cut(strings.TrimPrefix(a.pk, globalPK), sep)
	key := twofactor.Key{Kind: twofactor.Kind(name)}
	switch layouts[key.Kind] {
	case spread:
		key.ID = id
	case global:
		key.ID = a.sk
	case byTenant:
		key.Tenant, id, _ = strings.Cut(a.sk, sep)
		key.User, key.ID, _ = strings.Cut(id, sep)
	}
	return checked(a, key)
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
