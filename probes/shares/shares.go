// Package shares asks a file server, as nobody, which folders it shares and
// which of them it opens to nobody ([MS-SMB2], [MS-SRVS]). It logs in without a
// name and a password, opens no file and writes to none.
package shares

import (
	"errors"
	"fmt"
	"net"
)

// Bounds of one talk.
const (
	maxMessage = 64 << 10 // bytes of one answer
	maxShares  = 64       // shares read of the list
	maxOpened  = 4        // folders asked for
)

// Share is a folder that was asked for.
type Share struct {
	Name  string
	Open  bool // the server let us in
	Write bool // and says that we might write there, too
}

// Answer is what came of a talk.
type Answer struct {
	Nobody bool    // nobody may come in without a name
	Listed bool    // the server gave its list
	More   bool    // there are more folders than were asked for
	Shares []Share // the folders that were, in the list's order
}

// Ask talks to the server on conn, on which nothing was said yet. An error means
// that no decision was had; what is in the Answer holds.
func Ask(conn net.Conn, server string) (Answer, error) {
	s := &session{conn: conn, server: server}
	var a Answer
	if err := s.negotiate(); err != nil {
		return a, err
	}
	if err := s.login(); err != nil {
		if a.Nobody = refused(err); a.Nobody {
			err = nil
		}
		return a, err
	}
	list, err := s.list()
	if refused(err) {
		return a, nil // in, but shown nothing
	}
	if err != nil {
		return a, err
	}
	a.Listed = true
	for _, name := range list {
		if len(a.Shares) == maxOpened {
			a.More = true
			break
		}
		access, err := s.connect(name)
		if err != nil && !refused(err) {
			return a, fmt.Errorf("asking for a folder: %w", err)
		}
		a.Shares = append(a.Shares, Share{name, err == nil, err == nil && access&writeData != 0})
	}
	return a, nil
}

// list is the names of the folders that the server shows, without those that it
// keeps for itself.
func (s *session) list() ([]string, error) {
	if _, err := s.connect("IPC$"); err != nil {
		return nil, err
	}
	pipe, err := s.open("srvsvc")
	if err != nil {
		return nil, err
	}
	if _, err := s.transact(pipe, rpcBind); err != nil {
		return nil, err
	}
	said, err := s.transact(pipe, rpcShareEnum)
	if err != nil {
		return nil, err
	}
	names, ok := parseShares(said)
	if !ok {
		return nil, errors.New("this is no list of shared folders")
	}
	return names, nil
}
