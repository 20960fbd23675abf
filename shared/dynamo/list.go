package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"sallyport/shared/twofactor"
)

// Bounds of every position: '!' is the first character that one can begin with,
// highest sorts behind all that positions hold.
const (
	lowest  = "!"
	highest = "\U0010FFFF"
)

// List implements [twofactor.Lister]. A page costs what it returns and, for a
// list that is spread over ten partitions, a little of each; with a filter on
// event rows, what was looked through.
func (s *Store) List(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	page, err := s.list(ctx, q)
	if err != nil {
		return twofactor.Page{}, failed("List", twofactor.ErrStore, err)
	}
	return page, nil
}

func (s *Store) list(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	if q.Limit < 1 {
		return twofactor.Page{}, fmt.Errorf("a list of at most %d records", q.Limit)
	}
	if strings.Contains(q.Tenant, sep) {
		return twofactor.Page{}, errors.New("no tenant has this id")
	}
	part, ok := listOf(&q)
	if !ok {
		return twofactor.Page{}, fmt.Errorf("records of kind %q cannot be listed like this", q.Kind)
	}
	filtered := q.User != "" || q.Type != ""
	if filtered {
		return s.filtered(ctx, q, part)
	}
	return s.page(ctx, q, part)
}

// listOf says where the list that q asks for stands. The lane of a mail is not
// a prefix of its position, and the user of a reset request is one.
func listOf(q *twofactor.Query) (stretch, bool) {
	own := q.Tenant != ""
	switch q.Kind {
	case twofactor.KindDirectory:
		return stretch{partition: q.Tenant, index: true, sharded: true}, own
	case twofactor.KindAddress:
		return stretch{partition: ownList(q.Tenant, addressList), index: true, sharded: true}, own
	case twofactor.KindTombstone:
		return stretch{partition: ownList(q.Tenant, goneList), index: true}, own
	case twofactor.KindTenant:
		return stretch{partition: ownList(q.Tenant, childrenList), index: true}, own
	case twofactor.KindOnce:
		return stretch{partition: ownList(q.Tenant, onceList), index: true}, own
	case twofactor.KindEventRow:
		if q.ByFiling {
			return stretch{partition: ownList(q.Tenant, filedList), index: true}, true
		}
		return stretch{partition: partitionOf(q.Kind, q.Tenant)}, true
	case twofactor.KindResetRequest:
		return listOfResets(q), own
	case twofactor.KindAnnouncement, twofactor.KindRedemption, twofactor.KindCounted:
		return stretch{partition: partitionOf(q.Kind, q.Tenant), sharded: true}, own
	case twofactor.KindMail, twofactor.KindReminder:
		return listOfWork(q), true
	case twofactor.KindDue:
		if own {
			return stretch{partition: partitionOf(q.Kind, q.Tenant), sharded: true}, true
		}
		return stretch{partition: dueList, index: true, sharded: true, strong: true}, true
	case twofactor.KindAPIKey, twofactor.KindDeletion:
		return stretch{partition: globalPK + string(q.Kind), strong: true}, !own
	}
	return stretch{}, false
}

// listOfResets is what a tenant has of reset requests, or one of its users.
func listOfResets(q *twofactor.Query) stretch {
	if q.User == "" {
		return stretch{partition: partitionOf(q.Kind, q.Tenant), strong: true}
	}
	q.Prefix, q.User = q.User+sep+q.Prefix, ""
	return stretch{partition: ownList(q.Tenant, resetsList), index: true, strong: true}
}

// listOfWork is what a tenant has of a kind of work, or what is to be done for
// all tenants.
func listOfWork(q *twofactor.Query) stretch {
	sharded := q.Kind == twofactor.KindMail
	if q.Tenant != "" {
		return stretch{partition: partitionOf(q.Kind, q.Tenant), sharded: sharded, strong: true}
	}
	if !sharded {
		return stretch{partition: reminderList, index: true, strong: true}
	}
	lane := q.Prefix
	q.Prefix = ""
	return stretch{partition: mailLane(lane), index: true, strong: true}
}

// positions reads the entries of a list, from one partition or ten.
func (s *Store) positions(ctx context.Context, q twofactor.Query, part stretch) ([]found, bool, error) {
	if part.sharded {
		return s.walkShards(ctx, q, part)
	}
	return s.walk(ctx, part.of(q))
}

// page reads one page of a list.
func (s *Store) page(ctx context.Context, q twofactor.Query, part stretch) (twofactor.Page, error) {
	all, more, err := s.positions(ctx, q, part)
	if err != nil {
		return twofactor.Page{}, err
	}
	page := twofactor.Page{}
	if part.index {
		page.Records, err = s.behind(ctx, all, part.strong)
	} else {
		page.Records, err = decodeAll(all)
	}
	if more && len(all) > 0 {
		page.Next = all[len(all)-1].position
	}
	return page, err
}

func decodeAll(all []found) ([]twofactor.Record, error) {
	var records []twofactor.Record
	for _, f := range all {
		record, _, err := decode(f.item)
		if err != nil {
			return nil, err
		}
		records = append(records, record)
	}
	return records, nil
}

// behind loads the records of index entries. An entry whose record is gone, or
// stands elsewhere in the list by now, is left out.
func (s *Store) behind(ctx context.Context, all []found, strong bool) ([]twofactor.Record, error) {
	wants := make([]twofactor.Want, len(all))
	for i, f := range all {
		at, err := addressIn(f.item)
		if err != nil {
			return nil, err
		}
		key, err := keyAt(at)
		if err != nil {
			return nil, err
		}
		wants[i] = twofactor.Want{Key: key, Eventually: !strong}
	}
	loaded, err := s.Load(ctx, wants...)
	if err != nil {
		return nil, err
	}
	var records []twofactor.Record
	for i, want := range wants {
		record, ok := loaded[want.Key]
		if !ok {
			continue
		}
		if at, ok := listed(record); ok && at.sk == all[i].position {
			records = append(records, record)
		}
	}
	return records, nil
}
