package io.github.checkpointmanager.explorer;

import java.util.ArrayList;
import java.util.List;

/**
 * The store, the requests on their way, and all workers, at one moment. Immutable.
 *
 * @param time true time since the beginning, in milliseconds
 * @param store what the store holds
 * @param late writes and deletions that were sent, were not answered, and may land at any moment
 * @param actors the workers, by number
 */
record GlobalState(
    int time,
    StoreImage store,
    List<Request> late,
    List<Actor> actors,
    LandedWrites landed,
    Budget budget) {

  GlobalState with(Actor changed) {
    List<Actor> all = new ArrayList<>(actors);
    all.set(changed.at().run().worker(), changed);
    return new GlobalState(time, store, late, List.copyOf(all), landed, budget);
  }

  GlobalState with(StoreImage image, LandedWrites landedNow) {
    return new GlobalState(time, image, late, actors, landedNow, budget);
  }

  GlobalState with(LandedWrites landedNow) {
    return new GlobalState(time, store, late, actors, landedNow, budget);
  }

  GlobalState with(Budget left) {
    return new GlobalState(time, store, late, actors, landed, left);
  }

  GlobalState withLate(Request request) {
    List<Request> more = new ArrayList<>(late);
    more.add(request);
    return new GlobalState(time, store, List.copyOf(more), actors, landed, budget);
  }

  GlobalState withoutLate(int index) {
    List<Request> rest = new ArrayList<>(late);
    rest.remove(index);
    return new GlobalState(time, store, List.copyOf(rest), actors, landed, budget);
  }

  GlobalState after(int millis) {
    return new GlobalState(time + millis, store, late, actors, landed, budget);
  }
}
