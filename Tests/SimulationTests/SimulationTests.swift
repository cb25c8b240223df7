import Parking
import Simulation
import Testing
import Vocabulary

@Suite("Whole car parks, simulated")
struct SimulationTests {
}
