package dynamo

import (
	"fmt"
	"maps"
	"time"

	"sallyport/shared/twofactor"
)

// The attributes that every item has, besides its key.
const (
	attrVersion = "v"
	attrStamp   = "i"
	attrEvent   = "e"
	attrTTL     = "ttl"
)

// kinds gives each kind an empty record and the list of its members.
var kinds = map[twofactor.Kind]codec{
	twofactor.KindTenant:       kind(tenantFields),
	twofactor.KindRoster:       kind(rosterFields),
	twofactor.KindAuth:         kind(authFields),
	twofactor.KindDirectory:    kind(directoryFields),
	twofactor.KindEnrollment:   kind(enrollmentFields),
	twofactor.KindDevices:      kind(devicesFields),
	twofactor.KindTombstone:    kind(tombstoneFields),
	twofactor.KindAPIKey:       kind(apiKeyFields),
	twofactor.KindOnce:         kind(onceFields),
	twofactor.KindRedemption:   kind(redemptionFields),
	twofactor.KindAnnouncement: kind(announcementFields),
	twofactor.KindEventRow:     kind(eventRowFields),
	twofactor.KindMail:         kind(mailFields),
	twofactor.KindSigningKeys:  kind(signingKeysFields),
	twofactor.KindRootKeys:     kind(rootKeysFields),
	twofactor.KindResetRequest: kind(resetRequestFields),
	twofactor.KindAddress:      kind(addressFields),
	twofactor.KindCount:        kind(countFields),
	twofactor.KindReminder:     kind(reminderFields),
	twofactor.KindDue:          kind(dueFields),
	twofactor.KindDeletion:     kind(deletionFields),
	twofactor.KindCounted:      kind(countedFields),
	twofactor.KindMailHealth:   kind(mailHealthFields),
}

// codec turns one kind of record into an item and back. carry sets a record's
// key members from key when it reads.
type codec struct {
	blank func() twofactor.Record
	carry func(f *fields, record twofactor.Record, key twofactor.Key)
}

// kind makes the codec of a kind from the list of its members.
func kind[T any, P interface {
	*T
	twofactor.Record
}](carry func(*fields, P, twofactor.Key)) codec {
	return codec{
		blank: func() twofactor.Record { return P(new(T)) },
		carry: func(f *fields, record twofactor.Record, key twofactor.Key) { carry(f, record.(P), key) },
	}
}

// immortal kinds never carry the attribute that the table's TTL watches: users,
// tenants and keys go only by a delete.
var immortal = map[twofactor.Kind]bool{
	twofactor.KindTenant: true, twofactor.KindRoster: true, twofactor.KindAuth: true,
	twofactor.KindDirectory: true, twofactor.KindAPIKey: true,
	twofactor.KindSigningKeys: true, twofactor.KindRootKeys: true,
	twofactor.KindAddress: true, twofactor.KindCount: true, twofactor.KindDue: true,
	twofactor.KindDeletion: true, twofactor.KindCounted: true, twofactor.KindMailHealth: true,
}

// encode gives the item of a record at a version, with the event that is
// written with it: whole is true in the item that carries it; the others hold
// its id only. It does not change the record.
func encode(record twofactor.Record, version uint64, event *twofactor.Event, whole bool) (item, error) {
	key := record.Key()
	at, err := addressOf(key)
	if err != nil {
		return nil, err
	}
	out := at.attributes()
	if rest, ok := record.Header().Rest.(item); ok {
		maps.Copy(out, rest)
	}
	f := &fields{item: out}
	kinds[key.Kind].carry(f, record, key)
	num(f, attrVersion, &version)
	packed(f, attrEvent, event != nil, func(p *packer) {
		if whole {
			packEvent(p, event, key)
			return
		}
		word(p, &event.ID)
	})
	if !immortal[key.Kind] {
		expires := record.Header().Expires
		instant(f, attrTTL, &expires, time.Second)
	}
	if place, ok := listed(record); ok {
		out[attrListPK], out[attrListSK] = text(place.pk), text(place.sk)
	}
	return out, f.err
}

// decode gives the record of an item, and the event that was written with it
// if this item carries it. It takes the item apart.
func decode(from item) (twofactor.Record, *twofactor.Event, error) {
	at, err := addressIn(from)
	if err != nil {
		return nil, nil, err
	}
	key, err := keyAt(at)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range []string{attrPK, attrSK, attrListPK, attrListSK} {
		delete(from, name)
	}
	record := kinds[key.Kind].blank()
	f := &fields{item: from, reading: true}
	kinds[key.Kind].carry(f, record, key)
	head := record.Header()
	head.Stamp = twofactor.StampOf(record)
	num(f, attrVersion, &head.Version)
	instant(f, attrTTL, &head.Expires, time.Second)
	event := readEvent(f, head, key)
	if len(from) > 0 {
		head.Rest = from
	}
	if f.err != nil {
		return nil, nil, fmt.Errorf("an item of kind %s: %w", key.Kind, f.err)
	}
	return record, event, nil
}

// readEvent reads the event attribute: an id alone, or an event whole.
func readEvent(f *fields, head *twofactor.Meta, home twofactor.Key) *twofactor.Event {
	var event *twofactor.Event
	packed(f, attrEvent, false, func(p *packer) {
		start := p.b
		word(p, &head.EventID)
		if len(p.b) == 0 {
			return
		}
		p.b = start
		event = &twofactor.Event{}
		packEvent(p, event, home)
	})
	return event
}
