internal import Datasets
internal import Preprocessing
internal import Words

/// `export --to torchvision`.
enum TorchvisionExport {
    /// A transform for images that `ToTensor` has made of bytes, and so has divided by 255.
    ///
    ///     y = (x / c - subtract) / divide = (x / 255 - subtract * c / 255) / (divide * c / 255)
    ///
    /// - Parameter name: that of the statistics, for messages.
    static func line(_ transform: FittedTransform, _ name: String) throws -> String {
        func refusal(_ reason: String, _ hint: String) -> Refusal {
            Refusal("\(name): Normalize cannot express this recipe: \(reason)", hint: hint)
        }
        let elsewhere = "export it with --to python"
        guard transform.principal == nil else {
            throw refusal(
                "it \(transform.recipe.whiten == .none ? "projects on principal components" : "whitens")", elsewhere)
        }
        guard transform.recipe.perSample == .none else {
            throw refusal("it takes each row's own mean, which is not known beforehand", elsewhere)
        }
        guard transform.fill == nil || transform.input.scalar == .uint8 else {
            throw refusal("it fills in missing values", elsewhere)
        }
        guard let channels = transform.input.channels else {
            throw refusal("the rows are no images of channels x height x width", elsewhere)
        }
        let refit = "fit with --center and --scale-per channel or global, or export with --to python"
        guard let subtract = transform.subtract.perChannel(channels) else {
            throw refusal("it subtracts a value of its own from each feature, and not one per channel", refit)
        }
        guard let divide = transform.divide.perChannel(channels) else {
            throw refusal("it divides each feature by a value of its own, and not each channel", refit)
        }
        let isBytes = transform.input.scalar == .uint8
        let scale = isBytes ? transform.constant / 255 : transform.constant
        let note =
            isBytes
            ? "# After transforms.ToTensor(), which divides bytes by 255."
            : "# On tensors in the scale of the data: \(transform.input.scalar.rawValue) values are not divided by 255."
        return """
            \(note)
            transforms.Normalize(mean=\(PythonExport.list(subtract.map { $0 * scale })), \
            std=\(PythonExport.list(divide.map { $0 * scale })))

            """
    }
}

extension [Double] {
    /// One value for each channel, if that is all there is: the features of a channel share it.
    func perChannel(_ channels: Channels) -> [Double]? {
        var values: [Double] = []
        for channel in 0..<channels.count {
            let features = channels.features(of: channel).map { self[$0] }
            guard let value = features.first, features.allSatisfy({ $0 == value }) else { return nil }
            values.append(value)
        }
        return values
    }
}
