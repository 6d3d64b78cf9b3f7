package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"os"
)

const (
	damagedSuffix = ".damaged"
	maxRead       = 4 * MaxSize // what Open reads at most
)

// Damage is the kind of the entry that Open leaves in the place of damaged lines,
// together with taking them out: whoever relies on an entry being there learns for
// good that some may be missing.
const Damage = "damaged"

// Lost adds what a Damage tells of to that of those before it, 0 for none. What all
// that a Replay tells of come to, never 0, is another number whenever another entry has
// gone bad, a Damage too, and the same else, whether damaged lines can be put aside or not.
func Lost(before int, raw json.RawMessage) int {
	var h Health
	_ = json.Unmarshal(raw, &h) // one that says nothing is one more
	sum := crc32.Checksum(fmt.Append(nil, before, h.Sum), castagnoli)
	return max(1, int(sum>>1)) // an int may have 32 bits
}

// lost is the Health that tells of damaged lines, which are in the file kept.
func lost(damaged [][]byte, kept string) Health {
	return Health{Damaged: len(damaged), Sum: crc32.Checksum(bytes.Join(damaged, nil), castagnoli), Kept: kept}
}

// repair finds out what of f is sound. A torn last line is left for settle to cut
// off. Damaged lines are moved away if the disk lets us; else they stay, and whoever
// reads the journal is told of them all the same.
func (j *Journal) repair(f *os.File) error {
	_ = os.Remove(j.path + newSuffix) // of a Compact that was cut off, and takes room
	whole, err := io.ReadAll(io.LimitReader(f, maxRead+1))
	if err != nil {
		return err
	}
	if len(whole) > maxRead {
		return fmt.Errorf("it is larger than %d MiB, which no homesweep made it; move it away to start afresh", maxRead>>20)
	}
	end := bytes.LastIndexByte(whole, '\n') + 1
	sound, damaged := sift(whole[:end], everything)
	if j.size = int64(end); len(damaged) > 0 {
		j.health = lost(damaged, j.path)
		if j.amputate(sound, damaged) == nil {
			j.health.Kept = j.path + damagedSuffix
		}
	}
	j.health.Torn = end < len(whole)
	return nil
}

// amputate puts damaged lines aside and sound ones, with a note of that, in the
// journal's place. Where that fails they are not aside either, as whoever tries again
// puts them there once more.
func (j *Journal) amputate(sound []byte, damaged [][]byte) error {
	note, err := encode(j.Now(), Damage, lost(damaged, j.path+damagedSuffix))
	if err != nil {
		return err
	}
	beside, err := Create(j.path+damagedSuffix, os.O_WRONLY|os.O_CREATE|os.O_APPEND)
	if err != nil {
		return fmt.Errorf("keep damaged lines: %w", err)
	}
	defer beside.Close()
	info, err := beside.Stat()
	if err != nil {
		return fmt.Errorf("keep damaged lines: %w", err)
	}
	old := j.f
	if err = j.keepDamaged(beside, info.Size(), bytes.Join(damaged, nil)); err != nil {
		err = fmt.Errorf("keep damaged lines: %w", err)
	} else {
		err = j.replace(append(sound, note...))
	}
	if j.f == old { // it is not replaced
		_ = beside.Truncate(info.Size())
	}
	return err
}

// keepDamaged adds lines to f, the file beside the journal, which has before bytes, up
// to MaxSize.
func (j *Journal) keepDamaged(f *os.File, before int64, damaged []byte) error {
	damaged = damaged[:min(int64(len(damaged)), max(0, MaxSize-before))]
	j.tell(int64(len(damaged)))
	if _, err := f.Write(damaged); err != nil {
		return err
	}
	return f.Sync()
}
