package io.github.checkpointmanager.explorer;

import java.util.ArrayList;
import java.util.List;

/**
 * One state of everything. Immutable.
 *
 * @param time true time since the beginning, in milliseconds
 * @param store what the store holds
 * @param late writes and deletions that were sent, were not answered, and may land at any moment
 * @param actors the workers, by number
 */
record World(
    int time,
    StoreImage store,
    List<Request> late,
    List<Actor> actors,
    Chronicle chronicle,
    Budget budget) {

  World with(Actor changed) {
    List<Actor> all = new ArrayList<>(actors);
    all.set(changed.at().round().worker(), changed);
    return new World(time, store, late, List.copyOf(all), chronicle, budget);
  }

  World with(StoreImage image, Chronicle chronicleNow) {
    return new World(time, image, late, actors, chronicleNow, budget);
  }

  World with(Chronicle chronicleNow) {
    return new World(time, store, late, actors, chronicleNow, budget);
  }

  World with(Budget left) {
    return new World(time, store, late, actors, chronicle, left);
  }

  World withLate(Request request) {
    List<Request> more = new ArrayList<>(late);
    more.add(request);
    return new World(time, store, List.copyOf(more), actors, chronicle, budget);
  }

  World withoutLate(int index) {
    List<Request> rest = new ArrayList<>(late);
    rest.remove(index);
    return new World(time, store, List.copyOf(rest), actors, chronicle, budget);
  }

  World after(int millis) {
    return new World(time + millis, store, late, actors, chronicle, budget);
  }
}
