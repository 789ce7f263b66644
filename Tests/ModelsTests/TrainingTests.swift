import LinearAlgebra
import Testing

@testable import Models

@Suite("Training")
struct TrainingTests {
    /// Three clouds of points in the plane, which a line each tells apart.
    private func clouds(_ count: Int, seed: UInt64, _ loss: ClassLoss = .softmax) -> Samples {
        var random = RandomNumbers(seed: seed)
        let classes = (0..<count).map { $0 % 3 }
        let centers: [[Double]] = [[0, 3], [3, -2], [-3, -2]]
        let values = classes.flatMap { c in centers[c].map { Float($0 + 0.5 * random.normal()) } }
        return Samples(count: count, features: 2, targets: .classes(ClassTargets(classes, of: 3, loss))) { numbers in
            numbers.flatMap { values[2 * $0..<2 * $0 + 2] }
        }
    }

    private func plan(hidden: [Int] = []) -> TrainingPlan {
        var plan = TrainingPlan(batch: 20, learningRate: 0.05)
        plan.architecture.hidden = hidden
        return plan
    }

    @Test(
        "Clouds that lines tell apart are told apart, by every loss of classes",
        arguments: ClassLoss.allCases, [[], [8]])
    func separable(_ loss: ClassLoss, hidden: [Int]) throws {
        let samples = clouds(210, seed: 1, loss)
        var trainer = try Trainer(plan(hidden: hidden), for: samples)
        for _ in 0..<8 { #expect(try trainer.epoch(samples) != nil) }
        let (score, dead) = try trainer.evaluate(clouds(90, seed: 2, loss))
        guard case .accuracy(let accuracy) = score.quality else {
            Issue.record("no accuracy")
            return
        }
        #expect(accuracy > 0.97)
        #expect(dead.count == hidden.count)
    }

    @Test("The same seed gives the same scores, another one others")
    func seeds() throws {
        func score(_ seed: UInt64) throws -> Score {
            var plan = plan(hidden: [8])
            plan.seed = seed
            plan.architecture.dropout = 0.3
            var trainer = try Trainer(plan, for: clouds(90, seed: 2))
            _ = try trainer.epoch(clouds(210, seed: 1))
            return try trainer.evaluate(clouds(90, seed: 2)).0
        }
        #expect(try score(1) == score(1))
        #expect(try score(1) != score(2))
    }

    @Test("The first softmax loss is about ln 3; a rate far too large is noticed")
    func divergence() throws {
        var plan = plan(hidden: [8])
        plan.learningRate = 1e6
        let samples = clouds(210, seed: 1, .squaredHinge)
        var trainer = try Trainer(plan, for: samples)
        #expect(try trainer.epoch(samples) == nil)
        var calm = try Trainer(self.plan(), for: clouds(210, seed: 1))
        _ = try calm.epoch(clouds(210, seed: 1))
        #expect(abs(try #require(calm.firstLoss) - 1.0986) < 0.1)
    }

    @Test("Units whose bias keeps them at 0 are dead")
    func dead() throws {
        var plan = plan(hidden: [8])
        plan.initializer.bias = -1000
        var trainer = try Trainer(plan, for: clouds(90, seed: 2))
        #expect(try trainer.evaluate(clouds(90, seed: 2)).dead == [1])
    }

    @Test("A linear model fits numbers that are linear; R² and the error say so")
    func numbers() throws {
        var random = RandomNumbers(seed: 4)
        let x = (0..<400).map { _ in Float(random.normal()) }
        let y = (0..<200).map { x[2 * $0] - 2 * x[2 * $0 + 1] }
        let samples = Samples(count: 200, features: 2, targets: .numbers(y, width: 1, .l2)) {
            $0.flatMap { x[2 * $0..<2 * $0 + 2] }
        }
        var trainer = try Trainer(TrainingPlan(batch: 20, learningRate: 0.02), for: samples)
        for _ in 0..<10 { _ = try trainer.epoch(samples) }
        guard case .fit(let r2, let error) = try trainer.evaluate(samples).0.quality else {
            Issue.record("no fit")
            return
        }
        #expect(try #require(r2) > 0.999 && error < 0.05)
    }

    @Test("A rate that is found trains well, whatever the scale of the rows", arguments: [0.1, 1, 100] as [Float])
    func foundRates(scale: Float) throws {
        let rows = clouds(210, seed: 1)
        let scaled = Samples(count: 210, features: 2, targets: rows.targets) { (numbers) throws(ModelError) in
            try rows.rows(numbers).map { scale * $0 }
        }
        var plan = plan()
        plan.learningRate = try #require(try plan.findRate(on: scaled, epochs: 10))
        var trainer = try Trainer(plan, for: scaled)
        for _ in 0..<10 { _ = try trainer.epoch(scaled) }
        guard case .accuracy(let accuracy) = try trainer.evaluate(scaled).0.quality else {
            Issue.record("no accuracy")
            return
        }
        #expect(accuracy > 0.95)
    }

    @Test(
        "The search finds the best rate of its ladder, up or down, and says where there is none",
        arguments: [1e-9, 1e-6, 3e-4, 0.01, 0.03, 1, 3, 1000])
    func rates(best: Double) {
        // Any rate three times the best diverges.
        let found = searchRate { rate in rate > 2.9 * best ? .nan : abs(rate - best) / max(rate, best) }
        #expect(found == best)
        #expect(searchRate { _ in .nan } == nil)
    }
}
