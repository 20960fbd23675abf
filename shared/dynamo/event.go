package dynamo

import (
	"maps"
	"slices"
	"time"

	"sallyport/shared/twofactor"
)

// packEvent carries an event. What it shares with the record that it is stored
// in (its tenant and its user) takes no room.
func packEvent(p *packer, e *twofactor.Event, home twofactor.Key) {
	word(p, &e.ID)
	packWhen(p, e)
	word(p, &e.Type)
	sameTenant, sameUser, hasActor := e.Tenant == home.Tenant, e.User == home.User, e.Actor != nil
	p.flags(&sameTenant, &sameUser, &hasActor)
	packUnless(p, sameTenant, &e.Tenant, home.Tenant)
	packUnless(p, sameUser, &e.User, home.User)
	if hasActor {
		if e.Actor == nil {
			e.Actor = &twofactor.Ref{}
		}
		word(p, &e.Actor.Tenant)
		word(p, &e.Actor.User)
	}
	word(p, &e.KeyID)
	word(p, &e.IP)
	word(p, &e.UserAgent)
	packDetail(p, &e.Detail)
}

func packUnless(p *packer, same bool, v *string, home string) {
	switch {
	case !same:
		word(p, v)
	case p.reading:
		*v = home
	}
}

// packWhen carries the time in milliseconds. An event id is mostly made at that
// time and begins with it: then the distance, zero, takes one byte.
func packWhen(p *packer, e *twofactor.Event) {
	var base int64
	if id, ok := packULID(e.ID); ok {
		for _, b := range id[:6] {
			base = base<<8 | int64(b)
		}
	}
	var distance int64
	if !p.reading {
		distance = e.At.UnixMilli() - base
	}
	p.signed(&distance)
	if p.reading {
		e.At = time.UnixMilli(base + distance).UTC()
	}
}

func packDetail(p *packer, detail *map[string]string) {
	n := len(*detail)
	count(p, &n)
	if !p.reading {
		for _, key := range slices.Sorted(maps.Keys(*detail)) {
			value := (*detail)[key]
			word(p, &key)
			word(p, &value)
		}
		return
	}
	if n > len(p.b) {
		p.bad, p.b = true, nil
		return
	}
	for range n {
		var key, value string
		word(p, &key)
		word(p, &value)
		if *detail == nil {
			*detail = make(map[string]string, n)
		}
		(*detail)[key] = value
	}
}
